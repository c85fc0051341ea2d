import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

function step(...units: string[]): StepInput {
  return { provisioner: 'services', values: { units } };
}

const UNITS = `cd /etc/systemd/system
printf '[Service]\\nExecStart=/bin/sleep 1d\\n[Install]\\nWantedBy=multi-user.target\\n' | tee web.service worker@.service >/dev/null
printf '[Timer]\\nOnBootSec=1d\\n[Install]\\nWantedBy=timers.target\\n' > web.timer
systemctl daemon-reload`;

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`services on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('are enabled at boot and not started', async () => {
      await using container = await Container.start({ distribution, systemd: true });
      await container.bash(UNITS);
      const { stdout } = await runTwice(
        container,
        step('web', 'web.timer', 'worker@one.service', 'ssh'),
        BACKGROUND,
      );
      assert.equal(
        stdout,
        'web.service: enabled at boot\nweb.timer: enabled at boot\nworker@one.service: enabled at boot\n',
      );
      assert.equal(
        await container.bash('systemctl is-active web.service web.timer worker@one.service || true'),
        'inactive\ninactive\ninactive\n',
      );
    });
  });
}

describe('services', { skip: whyNoContainer('debian-12') }, () => {
  test('are enabled where no systemd runs, too', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash(UNITS.replace('systemctl daemon-reload', ''));
    assert.equal((await runTwice(container, step('web'))).stdout, 'web.service: enabled at boot\n');
  });

  test('that are init scripts are enabled as such', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(`printf '#!/bin/sh\\n### BEGIN INIT INFO\\n# Provides: old\\n# Required-Start: $remote_fs
# Required-Stop: $remote_fs\\n# Default-Start: 2 3 4 5\\n# Default-Stop: 0 1 6\\n### END INIT INFO\\n' > /etc/init.d/old
      chmod +x /etc/init.d/old; update-rc.d old defaults-disabled; systemctl daemon-reload`);
    const { stdout } = await runTwice(container, step('old'), BACKGROUND);
    assert.equal(stdout, 'old.service: enabled at boot\n');
  });

  test('that can not be enabled are all named, with what is near, and none is enabled', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(`${UNITS}; systemctl mask --quiet apt-daily.timer`);
    const outcome = await runStep(
      container,
      step('web', 'sssh', 'systemd-loginn', 'apt-daily.timer', 'sshd', 'emergency'),
    );
    assert.equal(outcome.exitCode, 1);
    assert.deepEqual(outcome.stderr.split('\n').slice(2), [
      'apt-daily.timer: is masked',
      'sshd.service: is another name; enable ssh.service',
      'emergency.service: is static, so it cannot be enabled; something else starts it',
      '',
    ]);
    assert.match(outcome.stderr, /^sssh\.service: there is no such unit; near it: .*\bssh\.service/);
    assert.match(outcome.stderr, /\nsystemd-loginn\.service: .*; near it: systemd-logind\.service/);
    assert.equal(await container.bash('systemctl is-enabled web.service || true'), 'disabled\n');
  });

  test('have names of units', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    for (const name of HOSTILE.filter((value) => !value.startsWith('back\\'))) {
      await t.test(JSON.stringify(name), async () => {
        const outcome = await runStep(container, step(name));
        assert.deepEqual(
          [outcome.exitCode, outcome.stderr],
          [1, `'${name}' is not the name of a systemd unit\n`],
        );
      });
    }
    assert.equal(await container.bash('ls /pwned 2>/dev/null | wc -l'), '0\n');
  });
});
