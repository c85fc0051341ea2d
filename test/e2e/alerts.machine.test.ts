/** Alerts of a group of containers baked by bake: a storm after maintenance, an intruder in it, and its declaration. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AlertReport } from '../../src/alerts/report.ts';
import { alertLine, type Wanted } from '../alerts/support.ts';
import { launchGroup } from '../support/group.ts';
import { bakeWeb } from '../support/push.ts';
import { bakeJson, STATE } from '../support/rehearsal.ts';

const REGION = 'eu-south-1';
const [WEB, JOBS] = ['alerts-web', 'alerts-jobs'];
const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';
const FOLDER = '/var/ossec/logs/alerts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-alerts-'));
  await writeFleet(['roles:', '  web:', '    listens: [80]']);
});
after(() => rm(folder, { recursive: true, force: true }));

/** `web`: the lines of the role. */
async function writeFleet(web: readonly string[]): Promise<void> {
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: alerts
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
${web.join('\n')}
    groups: [${WEB}]
  jobs: { groups: [${JOBS}] }
`,
  );
}

const run = (...args: string[]) => bakeJson([...args, '--rehearse'], { cwd: folder });

async function maintenance(kind: 'begin' | 'end', role: string): Promise<void> {
  const options = kind === 'begin' ? ['--for', '10m', '--reason', 'deploy'] : [];
  const { exitCode, stderr } = await run('maintenance', kind, '--role', role, ...options, '--yes');
  assert.equal(exitCode, 0, stderr);
}

test('a storm is named after what reached these instances, and what an intruder does in it is not hidden', {
  skip: SKIP,
}, async () => {
  const imageId = await bakeWeb(folder);
  await using group = await launchGroup({ region: REGION, name: WEB, imageId, size: 3 });
  await using _others = await launchGroup({ region: REGION, name: JOBS, imageId, size: 1 });
  await maintenance('begin', 'web');
  await maintenance('end', 'web');
  // It began last, and on none of these.
  await maintenance('begin', 'jobs');
  const [first = ''] = group.ids;
  const time = Math.floor(Date.now() / 1000);
  const changed = { rule: 550, level: 7, time, file: '/etc/nginx/nginx.conf' };
  const opened = { rule: 990_002, level: 10, time, log: 'undeclared=tcp/0.0.0.0:8080(app)' };
  const ring = async (id: string, alerts: readonly Wanted[]) => {
    const lines = Buffer.from(`${alerts.map(alertLine).join('\n')}\n`).toString('base64');
    await group.bash(id, `mkdir -p ${FOLDER}; echo ${lines} | base64 --decode >>${FOLDER}/alerts.json`);
  };
  for (const id of group.ids) await ring(id, [changed, opened]);
  await ring(first, [{ ...changed, file: '/usr/bin/sudo', log: 'sudo has changed' }]);
  await group.bash(
    first,
    `mkdir -p ${FOLDER}/2026/Nov; echo broken >${FOLDER}/2026/Nov/ossec-alerts-01.json.gz`,
  );

  const { exitCode, value, stderr } = await run('alerts', '--role', 'web', '--exit-code');
  assert.equal(exitCode, 10, stderr);
  const { summary, stories, incidents }: AlertReport = value;
  assert.deepEqual(
    stories.map(({ rule, storms, storm }) => [rule, storms.length, storm.count, storm.because?.kind]),
    [
      [990_002, 1, 3, 'maintenance'],
      [550, 1, 3, 'maintenance'],
    ],
    JSON.stringify(summary.happenings),
  );
  const [intruder, ...more] = incidents.filter(({ rule }) => rule === 550);
  assert.equal(more.length, 0);
  assert.deepEqual(
    [intruder?.hosts, intruder?.subjects, intruder?.example?.log],
    [[{ host: first, count: 1 }], [{ kind: 'file', value: '/usr/bin/sudo', count: 1 }], 'sudo has changed'],
  );
  assert.equal(summary.damaged, 1);

  // What would have declared it takes the place of what the role says.
  const listens = stories[0]?.proposals.find(({ key }) => key === 'listens');
  assert.equal(listens?.covers, 3);
  await writeFleet(listens?.lines ?? []);
  const rendered = await bakeJson(['render', '--role', 'web', '--out', 'rendered'], { cwd: folder });
  assert.equal(rendered.exitCode, 0, rendered.stderr);
  const again = await run('alerts', '--role', 'web');
  const story = (again.value as AlertReport).stories.find(({ rule }) => rule === 990_002);
  assert.match(story?.refused[0]?.why ?? '', /^the fleet file has it in listens already/);
});
