import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { changed, snapshot } from '../support/snapshot.ts';
import { runStep, type StepInput, withoutUpload } from '../support/step.ts';
import { runTwice } from '../support/twice.ts';

interface User {
  readonly name: string;
  readonly sudo?: boolean;
  readonly shell?: string;
  readonly groups?: string;
  readonly keys?: string;
}

function step(users: readonly User[], sshUser = 'admin'): StepInput {
  return {
    provisioner: 'users',
    values: {
      names: users.map(({ name }) => name),
      sudo: users.map(({ sudo = false }) => (sudo ? 'yes' : 'no')),
      shells: users.map(({ shell = '/bin/bash' }) => shell),
      groups: users.map(({ groups = '' }) => groups),
    },
    files: Object.fromEntries(users.map(({ name, keys = '' }) => [`keys/${name}`, keys])),
    variables: { SUDO_USER: sshUser },
  };
}

describe('users', { skip: whyNoContainer('debian-12') }, () => {
  test('are created with groups, shell, keys and sudo, and a locked password', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const keys = `command="echo '$(touch /pwned)' \`id\`" ssh-ed25519 AAAAx müller\n${HOSTILE.join('\n')}`;
    const { stdout } = await runTwice(
      container,
      step([
        { name: 'deploy', sudo: true, groups: 'adm,builders', keys },
        { name: 'app.worker', sudo: true, shell: '/usr/sbin/nologin' },
        { name: 'mail', groups: 'builders' },
      ]),
    );
    assert.equal(
      stdout,
      [
        'user deploy: created',
        'user deploy: in group adm',
        'group builders: created',
        'user deploy: in group builders',
        '/home/deploy/.ssh/authorized_keys: created',
        '/etc/sudoers.d/bake-deploy: created',
        'user app.worker: created',
        '/etc/sudoers.d/bake-app=worker: created',
        'user mail: shell /bin/bash',
        'user mail: in group builders',
        '',
      ].join('\n'),
    );
    const encoded = await container.bash('base64 --wrap=0 /home/deploy/.ssh/authorized_keys');
    assert.equal(encoded, Buffer.from(keys).toString('base64'));
    assert.equal(
      await container.bash(
        `stat -c '%a %U:%G' /home/deploy/.ssh /home/deploy/.ssh/authorized_keys /etc/sudoers.d/bake-deploy
         passwd -S deploy | cut -d' ' -f2; ls /pwned 2>/dev/null; su deploy -c 'sudo -n id -un'
         su -s /bin/sh app.worker -c 'sudo -n id -un'; id -nG deploy`,
      ),
      '700 deploy:deploy\n600 deploy:deploy\n440 root:root\nL\nroot\nroot\ndeploy adm builders\n',
    );
  });

  test('lose sudo and keys that the fleet no longer gives, and get a password locked', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await runStep(container, step([{ name: 'deploy', sudo: true, keys: 'ssh-ed25519 AAAA a\n' }]));
    await container.bash('echo deploy:secret | chpasswd');
    const { stdout } = await runTwice(container, step([{ name: 'deploy' }]));
    assert.equal(
      stdout,
      'user deploy: password locked\n/home/deploy/.ssh/authorized_keys: changed\n/etc/sudoers.d/bake-deploy: removed\n',
    );
    assert.equal(
      await container.bash('grep -c ^deploy:! /etc/shadow; wc -c < /home/deploy/.ssh/authorized_keys'),
      '1\n0\n',
    );
  });

  test('never lose the key that the bake itself logs in with', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash(
      'useradd -m admin; install -d -o admin ~admin/.ssh; echo build > ~admin/.ssh/authorized_keys',
    );
    await runStep(container, step([{ name: 'admin' }]));
    assert.equal(await container.bash('cat ~admin/.ssh/authorized_keys'), 'build\n');
    const outcome = await runStep(container, step([{ name: 'admin', keys: 'ssh-ed25519 AAAA a\n' }]));
    assert.equal(outcome.exitCode, 1);
    assert.match(outcome.stderr, /user admin: the bake logs in as this user.*base\.authorized_keys/);
  });

  test('with names that mean something else to sudo or the shell are refused before any is created', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const before = await snapshot(container);
    for (const name of [...HOSTILE.filter((value) => !value.includes('/')), 'ALL', '%adm', '#0', '+wheel']) {
      await t.test(JSON.stringify(name), async () => {
        const outcome = await runStep(container, step([{ name: 'fine' }, { name }]));
        assert.equal(outcome.exitCode, 1);
        assert.ok(outcome.stderr.startsWith(`user '${name}': a name has small letters`));
      });
    }
    assert.deepEqual(withoutUpload(changed(before, await snapshot(container))), []);
  });

  test('with a shell that does not exist, or keys on a symlink, are refused', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const noShell = await runStep(container, step([{ name: 'deploy', shell: '/bin/no shell' }]));
    assert.deepEqual(
      [noShell.exitCode, noShell.stderr],
      [1, 'user deploy: the shell /bin/no shell does not exist\n'],
    );
    await container.bash('useradd -m deploy; ln -s /etc ~deploy/.ssh');
    const link = await runStep(container, step([{ name: 'deploy', keys: 'ssh-ed25519 AAAA a\n' }]));
    assert.equal(link.exitCode, 1);
    assert.match(link.stderr, /leads through a symlink to \/etc/);
  });
});
