import assert from 'node:assert/strict';
import { chmod, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { ossecConfigStep } from '../support/ossec.ts';
import { changed, snapshot } from '../support/snapshot.ts';
import { runStep, withoutUpload } from '../support/step.ts';
import { ossecFrom, uploadTarball } from '../support/tarball.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const CLIMBS = /the path above leads out of the archive/;
const PROCESSES = `ps -eo args | grep -E '[b]in/ossec-|[s]leep 86400'`;
const DAEMONS = ['analysisd', 'execd', 'logcollector', 'monitord', 'syscheckd'];
const UNITS = DAEMONS.map((daemon) => `ossec@${daemon}`).join(' ');
const ENABLE = { provisioner: 'ossec-enable' };
const standIn = (container: Container) =>
  ossecFrom(container, (folder) => cp(STAND_IN, folder, { recursive: true }));

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`OSSEC's stand-in on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('is installed, neither runs nor is enabled, and starts at the boot after it is enabled', async () => {
      await using builder = await Container.start({ distribution, systemd: true });
      const { stdout } = await runTwice(builder, await standIn(builder), BACKGROUND);
      assert.equal(stdout, 'installed OSSEC v0.0.0-stand-in in /var/ossec, off\n');
      assert.equal(await builder.bash('/var/ossec/bin/ossec-control status | grep -c "not running"'), '5\n');
      assert.equal(await builder.bash('ls /etc/rc?.d | grep ossec || true'), '');
      const configured = await runTwice(builder, ossecConfigStep(), BACKGROUND);
      assert.match(configured.stdout, /^not checked, this OSSEC is a stand-in/m);
      await using offImage = await builder.commit();
      await using next = await Container.start({ distribution, systemd: true, image: offImage.id });
      const active = async (machine: Container) => await machine.bash(`systemctl is-active ${UNITS} || true`);
      assert.equal(await active(next), 'inactive\n'.repeat(5));
      assert.equal(
        (await runTwice(next, ENABLE, BACKGROUND)).stdout,
        'ossec.target: enabled at boot\nbake-notifier.service: enabled at boot\n',
      );
      assert.equal(await active(next), 'inactive\n'.repeat(5));
      await next.bash('test ! -s /var/ossec/logs/ossec.log');
      await using onImage = await next.commit();
      await using instance = await Container.start({ distribution, systemd: true, image: onImage.id });
      assert.equal(await active(instance), 'active\n'.repeat(5));
      assert.equal(await instance.bash('systemctl is-enabled ossec.service || true'), 'masked\n');
      assert.match(
        await instance.bash('/var/ossec/bin/ossec-control status'),
        /^ossec-analysisd is running\.\.\. .*STAND-IN/m,
      );
      for (const place of ['cat /var/ossec/logs/ossec.log', 'journalctl --no-pager -t ossec-analysisd']) {
        assert.match(
          await instance.bash(place),
          /STAND-IN for OSSEC: it watches nothing and detects nothing/,
        );
      }
    });
  });
}

describe("OSSEC's stand-in", { skip: whyNoContainer('debian-12') }, () => {
  test('starts, stops and tells the truth about it', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await runStep(container, await standIn(container));
    const control = async (word: string) =>
      (await container.exec(['/var/ossec/bin/ossec-control', word])).exitCode;
    assert.deepEqual(
      [await control('status'), await control('start'), await control('start'), await control('status')],
      [1, 0, 0, 0],
    );
    assert.equal(await container.bash(`${PROCESSES} | wc -l`), '10\n', 'processes and their sleep');
    assert.deepEqual([await control('restart'), await control('stop'), await control('status')], [0, 0, 1]);
    assert.equal(await container.bash(`${PROCESSES} || ls /var/ossec/var/run`), '');
    await container.bash('echo 1 > /var/ossec/var/run/ossec-execd-1.pid');
    assert.equal(await control('status'), 1, 'a pid file of another process');
    await container.bash('echo 99999 > /var/ossec/var/run/ossec-execd-99999.pid');
    const stale = await container.exec(['/var/ossec/bin/ossec-control', 'status']);
    assert.deepEqual([stale.exitCode, stale.stderr], [1, '']);
    assert.match(stale.stdout, /^ossec-execd not running\.\.\.$/m);
    assert.equal((await container.exec(['/var/ossec/bin/ossec-logtest'])).exitCode, 1);
    assert.equal((await container.exec(['/var/ossec/bin/ossec-logtest', '-t'])).exitCode, 0);
    assert.equal((await container.exec(['/var/ossec/bin/ossec-execd', '-t'])).exitCode, 0);
    await container.bash(': > /var/ossec/etc/ossec.conf');
    assert.equal((await container.exec(['/var/ossec/bin/ossec-execd', '-t'])).exitCode, 1);
  });

  test('asks for what preloaded-vars.conf leaves out and fails at once without an answer', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.copyIn(STAND_IN, '/opt');
    const asked = await container.exec(['/opt/install.sh']);
    assert.equal(asked.exitCode, 1);
    assert.match(asked.stderr, /no answer to: Which language\?/);
    await container.bash(`grep '^#USER' /opt/etc/preloaded-vars.conf.example | tr -d '#' > /opt/etc/preloaded-vars.conf
      sed -i 's/"local"/"server"/' /opt/etc/preloaded-vars.conf`);
    const server = await container.exec(['/opt/install.sh']);
    assert.equal(server.exitCode, 1);
    assert.match(server.stderr, /no server installation of the stand-in/);
  });
});

describe('the OSSEC step', { skip: whyNoContainer('debian-12') }, () => {
  async function installer(folder: string, script: string): Promise<void> {
    await cp(STAND_IN, folder, { recursive: true });
    await writeFile(join(folder, 'install.sh'), script);
    await chmod(join(folder, 'install.sh'), 0o755);
  }
  const refused: Array<[string, (folder: string) => Promise<void>, RegExp, string[]?]> = [
    ['without install.sh', (folder) => writeFile(join(folder, 'x'), ''), /has no install\.sh at its top/],
    [
      'with a path that climbs',
      (folder) => writeFile(join(folder, 'x'), ''),
      CLIMBS,
      ['--transform=s,ossec/x,../../x,'],
    ],
    [
      'with an absolute path',
      (folder) => writeFile(join(folder, 'x'), ''),
      CLIMBS,
      ['-P', '--transform=s,^ossec/x,/etc/x,'],
    ],
    [
      'with a symlink that leads out',
      (folder) => symlink('/etc', join(folder, 'etc')),
      /ossec\/etc is a symlink that leads out/,
    ],
    [
      'with a symlink up',
      (folder) => symlink('../..', join(folder, 'up')),
      /ossec\/up is a symlink that leads out/,
    ],
    [
      'with an installer that fails',
      (folder) => installer(folder, '#!/bin/sh\necho why; exit 3\n'),
      /why\nOSSEC's install\.sh failed with exit code 3/,
    ],
    [
      'with an installer that asks for ever',
      (folder) => installer(folder, '#!/bin/sh\nwhile :; do echo "y/n?"; read -r answer; done\n'),
      /printed more than 3000000 bytes/,
    ],
    [
      'with an installer that installs nothing',
      (folder) => installer(folder, '#!/bin/sh\n'),
      /ended well but installed nothing/,
    ],
  ];
  test('refuses tarballs', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const untouched = await snapshot(container);
    for (const [name, build, message, flags] of refused) {
      await t.test(name, async () => {
        const outcome = await runStep(container, await ossecFrom(container, build, flags));
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, message);
      });
    }
    assert.deepEqual(withoutUpload(changed(untouched, await snapshot(container))), []);
  });

  test('refuses a tarball with a device in it', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash(
      'mkdir -p /opt/o /var/tmp/bake/artifacts; mknod /opt/o/pipe p; tar -czf /var/tmp/bake/artifacts/t -C /opt o',
    );
    const digest = (await container.bash('sha256sum /var/tmp/bake/artifacts/t')).slice(0, 64);
    const outcome = await runStep(container, {
      provisioner: 'ossec',
      variables: {
        BAKE_OSSEC_TARBALL_FILE: '/var/tmp/bake/artifacts/t',
        BAKE_OSSEC_TARBALL_SHA256: digest,
        BAKE_OSSEC_BUILT_TREES: '',
      },
    });
    assert.deepEqual([outcome.exitCode, outcome.stderr.split('\n')[0]], [1, 'o/pipe']);
  });

  test('refuses a tarball that is not the frozen one, or did not arrive', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const step = await standIn(container);
    const other = { ...step, variables: { ...step.variables, BAKE_OSSEC_TARBALL_SHA256: '0'.repeat(64) } };
    assert.match((await runStep(container, other)).stderr, /does not have the frozen sha256 0000/);
    const gone = { ...step, variables: { ...step.variables, BAKE_OSSEC_TARBALL_FILE: '/nowhere' } };
    assert.match((await runStep(container, gone)).stderr, /\/nowhere is missing/);
  });

  test('refuses an installer that starts OSSEC', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const starts = await ossecFrom(container, async (folder) => {
      await cp(STAND_IN, folder, { recursive: true });
      const script = await readFile(join(folder, 'install.sh'), 'utf8');
      await writeFile(join(folder, 'install.sh'), `${script}\n"$directory/bin/ossec-control" start\n`);
    });
    const outcome = await runStep(container, starts);
    assert.deepEqual(
      [outcome.exitCode, outcome.stderr],
      [1, "OSSEC's installer started OSSEC; on a builder it must not run\n"],
    );
    assert.equal(await container.bash(`${PROCESSES} || true`), '');
  });

  test('can not enable what is not installed', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(container, ENABLE);
    assert.deepEqual(
      [outcome.exitCode, outcome.stderr],
      [1, 'OSSEC is not installed, so it cannot be enabled\n'],
    );
  });
});

const REAL = process.env.BAKE_OSSEC_TARBALL;
const NO_TARBALL = REAL ? undefined : 'NOT RUN: set BAKE_OSSEC_TARBALL to a source tarball of OSSEC';
const BUILD_ONLY = /-dev$|^gcc-\d+$|^make$|^cpp/;

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  const skip = whyNoContainer(distribution) ?? NO_TARBALL;
  describe(`OSSEC's real source on ${distribution}`, { skip }, () => {
    test('is compiled and installed, and what only the build needed is gone', async () => {
      await using container = await Container.start({ distribution });
      const packages = `dpkg-query -W -f '\${Package}\\n' | sort`;
      const before = new Set((await container.bash(packages)).split('\n'));
      const { stdout } = await runTwice(
        container,
        await uploadTarball(container, await readFile(REAL ?? '')),
      );
      assert.match(stdout, /^installed OSSEC v\S+ in \/var\/ossec, off\n$/);
      const added = (await container.bash(packages)).split('\n').filter((name) => !before.has(name));
      assert.deepEqual(
        added.filter((name) => BUILD_ONLY.test(name)),
        [],
      );
      assert.equal(await container.bash(`ldd /var/ossec/bin/* 2>/dev/null | grep 'not found' || true`), '');
      const logtest = await container.exec(['/var/ossec/bin/ossec-logtest', '-t']);
      assert.equal(logtest.exitCode, 0, logtest.stderr);
    });
  });
}
