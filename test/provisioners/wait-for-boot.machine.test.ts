import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

const STEP: StepInput = { provisioner: 'wait-for-boot' };

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`waiting for boot on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('ends with no apt timer running and packages that start nothing', async () => {
      await using container = await Container.start({ distribution, systemd: true });
      await container.bash('systemctl start apt-daily.timer apt-daily-upgrade.timer');
      const { stdout } = await runTwice(container, STEP, BACKGROUND);
      assert.equal(
        stdout,
        'apt-daily.timer: stopped until the next boot\napt-daily-upgrade.timer: stopped until the next boot\n' +
          '/usr/sbin/policy-rc.d: created\n',
      );
      await container.bash(`printf '[Service]\\nExecStart=/bin/sleep 1d\\n[Install]\\nWantedBy=multi-user.target\\n' \\
          > /etc/systemd/system/web.service
        systemctl --quiet enable web.service; deb-systemd-invoke start web.service 2>/dev/null`);
      assert.equal(await container.bash('systemctl is-active web || true'), 'inactive\n');
      await container.bash('systemctl start web; deb-systemd-invoke stop web.service');
      assert.equal(await container.bash('systemctl is-active web || true'), 'inactive\n');
      assert.equal(await container.bash('systemctl is-enabled apt-daily.timer'), 'enabled\n');
    });
  });
}

describe('waiting for boot', { skip: whyNoContainer('debian-12') }, () => {
  test('waits while another program holds the package database', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(`python3 - <<'END' >/dev/null 2>&1 &
import fcntl, time
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open("/run/held", "w")
time.sleep(3)
open("/run/let-go", "w")
END
while [ ! -e /run/held ]; do sleep 0.1; done`);
    const outcome = await runStep(container, STEP);
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    await container.bash('test -e /run/let-go');
  });

  const ends: Array<[string, number, number, RegExp]> = [
    ['failed', 1, 1, /^cloud-init failed, so this machine is not what its source image promises: .*detail/],
    ['recovered', 2, 0, /^cloud-init: warning: ended with errors that it could recover from: .*detail/],
  ];
  test("takes cloud-init's word for how the boot went", async (t) => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    for (const [name, status, exitCode, message] of ends) {
      await t.test(name, async () => {
        await container.bash(`mkdir -p /usr/local/bin; printf '#!/bin/sh\\necho "detail $*"; exit ${status}\\n' \\
          > /usr/local/bin/cloud-init; chmod +x /usr/local/bin/cloud-init`);
        const outcome = await runStep(container, STEP);
        assert.equal(outcome.exitCode, exitCode);
        assert.match(outcome.stdout + outcome.stderr, message);
      });
    }
  });

  test("refuses a source image with a policy that is not bake's", async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash('echo "#!/bin/sh" > /usr/sbin/policy-rc.d');
    const outcome = await runStep(container, STEP);
    assert.equal(outcome.exitCode, 1);
    assert.match(outcome.stderr, /policy-rc\.d exists and is not bake's/);
  });
});
