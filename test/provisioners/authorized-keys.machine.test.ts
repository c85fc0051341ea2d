import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { runTwice } from '../support/twice.ts';

const KEYS = `ssh-ed25519 AAAAx someone's "laptop" $(touch /pwned)\n${HOSTILE.join('\n')}\n`;

function step(sshUser: string, keys = KEYS): StepInput {
  return { provisioner: 'authorized-keys', values: { ssh_user: sshUser }, files: { authorized_keys: keys } };
}

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`authorized keys on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('are where sshd looks for them, and where the user can not change them', async () => {
      await using container = await Container.start({ distribution });
      await container.bash('mkdir -p /run/sshd');
      const { stdout } = await runTwice(container, step('admin'));
      assert.equal(
        stdout,
        '/etc/ssh/authorized_keys.d/admin: created\n/etc/ssh/sshd_config.d/10-bake-authorized-keys.conf: created\n',
      );
      const encoded = await container.bash('base64 --wrap=0 /etc/ssh/authorized_keys.d/admin');
      assert.equal(encoded, Buffer.from(KEYS).toString('base64'));
      assert.equal(
        await container.bash(
          `stat -c '%a %U:%G' /etc/ssh/authorized_keys.d /etc/ssh/authorized_keys.d/admin`,
        ),
        '755 root:root\n644 root:root\n',
      );
    });
  });
}

describe('authorized keys', { skip: whyNoContainer('debian-12') }, () => {
  test('that sshd would not use are an error that says why', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash(
      `mkdir -p /run/sshd; sed -i '1i AuthorizedKeysFile .ssh/other' /etc/ssh/sshd_config`,
    );
    const outcome = await runStep(container, step('admin'));
    assert.equal(outcome.exitCode, 1);
    assert.match(outcome.stderr, /sshd does not use .*sets AuthorizedKeysFile first/);
  });

  test('are for a user with a plain name', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(container, step('../../passwd'));
    assert.deepEqual([outcome.exitCode, outcome.stderr], [1, "'../../passwd' is not the name of a user\n"]);
  });
});
