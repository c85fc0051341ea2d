/** What changes files by itself, on machines: off in an image that stays as it is, on in one that patches itself. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { runTwice } from '../support/twice.ts';

const FIXED: StepInput = { provisioner: 'seal-quiet', values: { auto_update: 'no' } };
const PATCHED: StepInput = { provisioner: 'seal-quiet', values: { auto_update: 'yes' } };
const UNITS = 'apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service man-db.timer';
const APT = 'apt-config dump | grep -E "^(APT::Periodic|DPkg::Pre-Invoke)" | sort';

/** A package of this name that is nothing but its name. */
function install(name: string): string {
  return `mkdir -p /tmp/p/DEBIAN
printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: x\\n' ${name} >/tmp/p/DEBIAN/control
dpkg-deb --build /tmp/p /tmp/p.deb >/dev/null; dpkg --install /tmp/p.deb >/dev/null; rm -r /tmp/p /tmp/p.deb`;
}

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`noise on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    let container: Container;
    before(async () => {
      container = await Container.start({ distribution });
      await container.bash('mkdir -p /etc/needrestart/conf.d');
    });
    after(async () => {
      await container?.[Symbol.asyncDispose]();
    });

    const enabled = () => container.bash(`systemctl is-enabled ${UNITS} || true`);

    test('is off where the image stays as it was baked', async () => {
      const { stdout } = await runTwice(container, FIXED);
      assert.match(stdout, /^apt-daily-upgrade\.timer: masked: upgrades packages in place/m);
      assert.equal(await enabled(), 'masked\n'.repeat(4));
      assert.equal(await container.bash(APT), 'APT::Periodic "";\nAPT::Periodic::Enable "0";\n');
      assert.equal(await container.bash('ls /etc/needrestart/conf.d'), '50-bake-list.conf\n');
    });

    test('apt would install nothing that is refused', async () => {
      const said = await container.bash('apt-cache policy prelink 2>&1; apt-get check 2>&1 >/dev/null');
      assert.doesNotMatch(said, /^[EW]:/m);
    });

    test('a package that rewrites programs is refused, with why', async () => {
      await container.bash(install('prelink'));
      const { exitCode, stderr } = await runStep(container, FIXED);
      assert.equal(exitCode, 1);
      assert.match(stderr, /^prelink is installed, and no image may have it: it rewrites every program/);
      await container.bash('dpkg --purge prelink >/dev/null');
    });

    test('is on again where a role patches itself, and says so', async () => {
      // The real one needs a network, and this is not about it.
      await container.bash(install('unattended-upgrades'));
      const { stdout } = await runTwice(container, PATCHED);
      assert.match(stdout, /^apt-daily-upgrade\.timer: may start$/m);
      assert.doesNotMatch((await enabled()).split('\n').slice(0, 3).join(' '), /masked/);
      assert.match(
        await container.bash(APT),
        /Unattended-Upgrade "1";\nAPT::Periodic::Update-Package-Lists "1";\n.*bake-maintenance packages begin/s,
      );
      assert.equal(await container.bash('ls /etc/needrestart/conf.d'), '50-bake-restart.conf\n');
    });
  });
}
