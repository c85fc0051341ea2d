/** A push that is killed on the instance: systemd, the next push or a start of the daemons put back what it has left. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchGroup } from '../support/group.ts';
import { bakeWeb, makeBucket } from '../support/push.ts';
import { bakeJson, STATE } from '../support/rehearsal.ts';

const REGION = 'eu-south-2';
const GROUP = 'push-killed';
const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';
const PORTS = '/etc/bake/ossec/ports.allow';
const UNITS =
  'ossec@analysisd ossec@execd ossec@logcollector ossec@syscheckd ossec@monitord bake-notifier'.split(' ');

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-push-killed-'));
  if (STATE !== undefined) await makeBucket(GROUP, REGION);
});
after(() => rm(folder, { recursive: true, force: true }));

async function writeFleet(listens: string): Promise<void> {
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: killed
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
ossec: { bundles: "s3://${GROUP}/pushed" }
roles:
  web: { packages: [nginx-light], services: [nginx], listens: [${listens}], groups: [${GROUP}] }
`,
  );
}

async function push(): Promise<{ exitCode: number | undefined; kind: string; reason: string }> {
  const args = ['ossec', 'push', '--role', 'web', '--yes', '--rehearse'];
  const { exitCode, value, stderr } = await bakeJson(args, { cwd: folder });
  const [outcome] = value?.outcomes ?? assert.fail(stderr);
  return { exitCode, kind: outcome?.kind, reason: outcome?.reason };
}

async function status() {
  const { value } = await bakeJson(['status', '--role', 'web', '--instances', '--rehearse'], { cwd: folder });
  return { change: value.instances[0].change.kind, down: value.instances[0].down };
}

const BEGUN = 'until [ -e /var/lib/bake/push/open.json ]; do sleep 0.01; done';
const EXCHANGED = `${BEGUN}; until grep -q 8080 ${PORTS}; do sleep 0.01; done`;
const KILL = `systemctl kill --signal=KILL 'bake-push-*' 2>/dev/null`;
/** Also who would put it back. */
const KILL_ALL = `for n in $(seq 80); do ${KILL}; sleep 0.01; done`;

test('a push that is killed leaves the old, and what it leaves half done is put back by whoever comes next', {
  skip: SKIP,
}, async () => {
  await writeFleet('80');
  const imageId = await bakeWeb(folder);
  await using group = await launchGroup({ region: REGION, name: GROUP, imageId, size: 1 });
  const bash = (line: string) => group.bash(group.ids[0] ?? '', line);
  const running = async () => (await bash(`systemctl is-active ${UNITS.join(' ')} || true`)).split('\n');
  const processes = () => bash(`systemctl show --property=MainPID ${UNITS.join(' ')}`);
  const isOld = async (what: string) => {
    assert.doesNotMatch(await bash(`cat ${PORTS}`), /8080/, what);
    assert.deepEqual(new Set(await running()), new Set(['active']), what);
    assert.equal(await bash('ls /var/lib/bake/push/open.json 2>/dev/null || true'), '', what);
  };
  await writeFleet('80, 8080');

  // What is no file is refused before anything is touched.
  const before = await processes();
  await bash(`mv ${PORTS} /root/ports && ln -s /root/ports ${PORTS}`);
  const refused = await push();
  assert.deepEqual(
    [refused.exitCode, refused.kind, refused.reason],
    [1, 'refused', `${PORTS} is not an ordinary file`],
  );
  assert.equal(await processes(), before);
  await bash(`rm ${PORTS} && mv /root/ports ${PORTS}`);
  await isOld('refused');

  for (const when of [EXCHANGED, `${EXCHANGED}; sleep 1.5`]) {
    const killing = bash(`${when}; ${KILL}`);
    const killed = await push();
    await killing;
    assert.deepEqual(
      [killed.exitCode, killed.kind, killed.reason],
      [1, 'rolled-back', 'it was ended midway (KILL)'],
      when,
    );
    await isOld(when);
  }

  // Where nobody has put it back, as where the power is lost, a daemon that starts does.
  const leaveHalf = async () => {
    const killing = bash(`${EXCHANGED}; ${KILL_ALL}`);
    const left = await push();
    await killing;
    assert.deepEqual([left.exitCode, left.kind], [1, 'unknown'], left.reason);
    assert.match(await bash(`cat ${PORTS}`), /8080/);
  };
  await leaveHalf();
  await bash(`systemctl stop 'ossec@*'; systemctl start ossec.target ${UNITS.join(' ')}`);
  await isOld('as at a boot');

  // And so does the next push, which then goes on.
  await leaveHalf();
  await bash('systemctl stop ossec@syscheckd');
  const { change, down } = await status();
  assert.deepEqual([change, down.includes('ossec@syscheckd.service')], ['config', true]);
  const updated = await push();
  assert.deepEqual([updated.exitCode, updated.kind], [0, 'updated'], updated.reason);
  assert.match(await bash(`cat ${PORTS}`), /8080/);
  assert.deepEqual(new Set(await running()), new Set(['active']));
  assert.deepEqual(await status(), { change: 'none', down: [] });
});
