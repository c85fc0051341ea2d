/** An OSSEC from elsewhere goes before ours comes. */

import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { runStep } from '../support/step.ts';
import { ossecFrom } from '../support/tarball.ts';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const INSTALLED = 'installed OSSEC v0.0.0-stand-in in /var/ossec, off\n';

function standIn(container: Container, version = 'v0.0.0-stand-in') {
  return ossecFrom(container, async (folder) => {
    await cp(STAND_IN, folder, { recursive: true });
    await writeFile(join(folder, 'src', 'VERSION'), `${version}\n`);
  });
}

/** An agent in a folder of its own, with a process, a unit and a line in rc.local. */
const AGENT = `set -e
groupadd --system ossec
for user in ossec ossecm ossecr; do useradd --system --gid ossec --no-create-home "$user"; done
install -d /opt/ossec/bin /opt/ossec/etc
cp /bin/sleep /opt/ossec/bin/ossec-agentd
printf '#!/bin/sh\\n' >/opt/ossec/bin/ossec-control
chmod 755 /opt/ossec/bin/ossec-control
printf 'DIRECTORY="/opt/ossec"\\nVERSION="v3.6.0"\\nTYPE="agent"\\n' >/etc/ossec-init.conf
printf '#!/bin/sh\\n' >/etc/init.d/ossec
chmod 755 /etc/init.d/ossec
ln -s ../init.d/ossec /etc/rc2.d/S20ossec
printf '[Service]\\nExecStart=/opt/ossec/bin/ossec-agentd 1000\\n' >/etc/systemd/system/ossec-agent.service
printf '#!/bin/sh\\n/opt/ossec/bin/ossec-control start\\nexit 0\\n' >/etc/rc.local
setsid /opt/ossec/bin/ossec-agentd 1000 >/dev/null 2>&1 &`;

const LEFT = `ls -d /opt/ossec /etc/rc2.d/S20ossec /etc/systemd/system/ossec-agent.service 2>/dev/null || true
ps -eo stat=,comm= | grep ossec-agentd | grep -v ^Z || true
cat /etc/rc.local`;

describe('an OSSEC from elsewhere', { skip: whyNoContainer('debian-12') }, () => {
  test('of another version goes, with all that it kept', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await runStep(container, await standIn(container, 'v0.0.0-stand-in-of-yesterday'));
    await container.bash('/var/ossec/bin/ossec-control start; touch /var/ossec/queue/syscheck/old');
    const { exitCode, stdout, stderr } = await runStep(container, await standIn(container));
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.equal(
      stdout,
      `uninstalled OSSEC v0.0.0-stand-in-of-yesterday (local) from /var/ossec\n${INSTALLED}`,
    );
    assert.equal(await container.bash('ls /var/ossec/queue/syscheck; pgrep -f [b]in/ossec- || true'), '');
  });

  test('of another flavour goes, from another folder, while it runs', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash(AGENT);
    const { exitCode, stdout, stderr } = await runStep(container, await standIn(container));
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.equal(stdout, `uninstalled OSSEC v3.6.0 (agent) from /opt/ossec\n${INSTALLED}`);
    assert.equal(await container.bash(LEFT), '#!/bin/sh\nexit 0\n');
  });

  const kept: ReadonlyArray<readonly [name: string, prepare: string, reason: RegExp]> = [
    [
      'a folder of the system',
      `printf 'DIRECTORY="/usr"\\n' >/etc/ossec-init.conf`,
      /names '\/usr' as OSSEC's folder, which is not removed/,
    ],
    [
      'a folder above it',
      `printf 'DIRECTORY="/opt/ossec/../../etc"\\n' >/etc/ossec-init.conf`,
      /which is not removed/,
    ],
    [
      'what only lies in its place',
      'mkdir -p /var/ossec; touch /var/ossec/mine',
      /\/var\/ossec is in the way and no OSSEC/,
    ],
    [
      'Wazuh',
      'mkdir -p /var/ossec/bin; touch /var/ossec/bin/wazuh-control',
      /\/var\/ossec holds Wazuh, not OSSEC/,
    ],
  ];
  for (const [name, prepare, reason] of kept) {
    test(`${name} is kept, and named`, async () => {
      await using container = await Container.start({ distribution: 'debian-12' });
      await container.bash(prepare);
      const outcome = await runStep(container, await standIn(container));
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, reason);
      await container.bash('ls /usr/bin/env; test -e /etc/ossec-init.conf || ls /var/ossec/*');
    });
  }
});
