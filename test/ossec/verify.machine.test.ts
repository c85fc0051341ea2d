/**
 * `npm run test:ossec`: that a verification can fail. Each role has a unit that spoils it at every boot, after
 * OSSEC's baseline was taken; bake must leave it a candidate and say what is wrong.
 */

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { VerifyReport } from '../../src/verify/model.ts';
import { allWrong } from '../../src/verify/words.ts';
import { frozenFleet } from '../support/frozen-fleet.ts';
import { bakeJson } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const CONF = '/var/ossec/etc/ossec.conf';

/** What runs at each boot, before OSSEC does. */
const SPOILED: Readonly<Record<string, string>> = {
  noisy: `echo '# every hour' >/etc/cron.d/job; setsid python3 -m http.server 8081 >/dev/null 2>&1 &`,
  // A rule switched off, and a folder that is not watched.
  deaf: `sed -i 's/<rule id="5720" level="[0-9]*"/<rule id="5720" level="0"/' /var/ossec/rules/sshd_rules.xml
sed -i '\\#>/root/.ssh</directories>#d' ${CONF}`,
  halted: 'chmod 0 /var/ossec/bin/ossec-logcollector',
};

function role([name, script]: [string, string]): string {
  const unit = `[Unit]
DefaultDependencies=no
After=local-fs.target cloud-init.service
Before=ossec.target ossec@analysisd.service ossec@logcollector.service ossec@syscheckd.service

[Service]
Type=oneshot
RemainAfterExit=yes
KillMode=process
ExecStart=/usr/local/bin/spoil

[Install]
WantedBy=multi-user.target
`;
  return `
  ${name}:
    files:
      - { path: /etc/systemd/system/spoil.service, content: ${JSON.stringify(unit)} }
      - { path: /usr/local/bin/spoil, mode: "0755", content: ${JSON.stringify(`#!/bin/bash\n${script}\n`)} }
    services: [spoil.service]
`;
}

describe('an image that is not golden', { skip: whyNotReal('debian-12', 5) }, () => {
  let fleet: string;
  let ended: Awaited<ReturnType<typeof bakeJson>>;
  const reports = new Map<string, VerifyReport>();

  before(async () => {
    const roles = Object.entries(SPOILED).map(role).join('');
    fleet = await frozenFleet(
      'spoiled',
      (text) => `${text.slice(0, text.indexOf('\nroles:\n'))}\nroles:${roles}`,
    );
    ended = await bakeJson(['--all', '--rehearse', '--yes', '--concurrency', '3'], { cwd: fleet });
    for (const { report } of ended.ofType('verify.finished')) reports.set(report.role, report);
  });
  after(() => rm(fleet, { recursive: true, force: true }));

  const wrongWith = (name: string) => {
    const report = reports.get(name) ?? assert.fail(`no report of ${name}: ${ended.stderr}`);
    return allWrong(report);
  };
  const says = (name: string, pattern: RegExp) => {
    const wrong = wrongWith(name).map(({ what, remedy }) => `${what} → ${remedy}`);
    assert.ok(
      wrong.some((line) => pattern.test(line)),
      `${name}: nothing says ${pattern}\n${wrong.join('\n')}`,
    );
  };

  test('leaves the command failed, each role a candidate, and the reports on disk', async () => {
    assert.equal(ended.exitCode, 1);
    assert.deepEqual([...reports.values()].map(({ role: name, verdict }) => `${name} ${verdict}`).sort(), [
      'deaf failed',
      'halted failed',
      'noisy failed',
    ]);
    for (const { page } of ended.ofType('verify.finished'))
      assert.match(await readFile(page, 'utf8'), /What keeps it from being golden/);
    const { value } = await bakeJson(['images', 'list', '--rehearse'], { cwd: fleet });
    assert.deepEqual(
      new Set(value.images.map(({ state }: { state: string }) => state)),
      new Set(['candidate']),
    );
  });

  test('a file that the boot writes is a false alert, with the line that would declare it', () => {
    says(
      'noisy',
      /^rule 554 .*\/etc\/cron\.d\/job.* → ossec: \{ syscheck: \{ first_boot: \["\/etc\/cron\.d\/job"\] \} \}$/,
    );
  });

  test('a port that the boot opens is one, too', () => {
    says('noisy', /^rule 990002 .* → listens: \[8081\/tcp\]$/);
  });

  test('a rule that is switched off and a folder that is not watched are deaf spots', () => {
    says('deaf', /^failed logins \(.*\): no alert of rule 5720 within 15 s/);
    says('deaf', /^a key added to root's \(.*\): no alert of rule 550 within /);
    says(
      'deaf',
      /^OSSEC has the configuration of the fleet file: \/var\/ossec\/etc\/ossec\.conf is not what/,
    );
  });

  test('so is a daemon that does not run', () => {
    says('halted', /^OSSEC runs since the boot: ossec@logcollector\.service is /);
    says('halted', /^a port that nothing declares \(.*\): no alert of rule 990002 within 15 s/);
  });
});
