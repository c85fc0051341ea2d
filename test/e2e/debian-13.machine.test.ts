/** Base and role in one image, from Debian 13, baked as a user does it and booted. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bake, boot } from '../support/rehearsal.ts';

const REGION = 'eu-central-1';
const FLEET = `fleet: thirteen
region: ${REGION}
source: { filter: { name: debian-13-amd64-*, owners: ["136693071363"] } }
base:
  packages: [jq]
  users: [{ name: deploy, sudo: true, groups: [adm] }]
roles:
  clock:
    files:
      - path: /etc/systemd/system/clock.service
        content: "[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n"
    services: [clock]
    steps: [{ name: mark, script: mark.sh }]
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-thirteen-'));
  await writeFile(join(folder, 'bake.yaml'), FLEET);
  await writeFile(join(folder, 'mark.sh'), '#!/bin/bash\njq -nc "{seen: true}" >/etc/mark\n');
});
after(() => rm(folder, { recursive: true, force: true }));

test('a flat image of Debian 13 has what base and role bring, and OSSEC watches it', async () => {
  const { exitCode, stdout, stderr } = await bake(['--role', 'clock', '--flat', '--rehearse'], {
    cwd: folder,
  });
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^clock {2}ami-[0-9a-f]{17} {2}thirteen-clock-[0-9a-f]{12}-1 {2}unproven$/);
  await using machine = await boot(stdout.split('  ')[1] ?? '', REGION);
  assert.match(await machine.bash('cat /etc/os-release'), /^VERSION_ID="13"$/m);
  assert.equal(await machine.bash('systemctl is-active clock'), 'active');
  assert.equal(await machine.bash('cat /etc/mark'), '{"seen":true}');
  assert.equal(await machine.bash('sudo -u deploy sudo -n id -un'), 'root');
  assert.match(await machine.bash('/var/ossec/bin/ossec-control status'), /running/);
  assert.equal(await machine.bash('ls -d /var/tmp/bake /usr/sbin/policy-rc.d 2>/dev/null || true'), '');
});
