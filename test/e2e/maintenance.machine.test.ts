/** Maintenance windows on a group of containers baked by bake, begun and ended from outside. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchGroup } from '../support/group.ts';
import { bakeJson, STATE } from '../support/rehearsal.ts';

const REGION = 'eu-south-1';
const GROUP = 'maintained-web';
const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-maintenance-'));
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: maintained
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
roles:
  web: { writes: [/srv/app], opens: [8080], groups: [${GROUP}] }
`,
  );
});
after(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => bakeJson([...args, '--rehearse'], { cwd: folder });

async function maintenance(...args: string[]) {
  const { exitCode, value, failures } = await run('maintenance', ...args);
  const windows: ReadonlyArray<{ state: { open: { reason: string; seconds: number } | null } }> =
    value?.instances ?? [];
  const problems: string[] = Object.values(value?.problems ?? {});
  return { exitCode, problems, failures, open: windows.map(({ state }) => state.open?.reason ?? 'none') };
}

test('a window begins on each instance of a role, once, and ends', { skip: SKIP }, async () => {
  const baked = await run('--role', 'web', '--no-verify', '--yes');
  assert.equal(baked.exitCode, 0, baked.stderr);
  const images: ReadonlyArray<{ image: string; imageId: string }> = baked.value.images;
  const imageId = images.find(({ image }) => image === 'web')?.imageId ?? '';
  await using group = await launchGroup({ region: REGION, name: GROUP, imageId, size: 2 });
  const [first = ''] = group.ids;
  const role = ['--role', 'web'];
  const reason = `deploy "42"; $(touch /tmp/evil)`;

  const unasked = await maintenance('begin', ...role, '--for', '10m', '--reason', reason);
  assert.deepEqual([unasked.exitCode, unasked.open], [2, []], String(unasked.failures));
  const begun = await maintenance('begin', ...role, '--for', '10m', '--reason', reason, '--yes');
  assert.deepEqual(
    [begun.exitCode, begun.open, begun.problems],
    [0, [reason, reason], []],
    String(begun.failures),
  );
  assert.match(
    await group.bash(first, 'bake-maintenance status'),
    /^declared: \/srv\/app, tcp\/8080\nopen until .*deploy "42"/,
  );
  assert.equal(await group.bash(first, 'ls /tmp/evil 2>/dev/null || true'), '');

  const again = await maintenance('begin', ...role, '--for', '20m', '--reason', 'longer', '--yes');
  assert.equal(again.exitCode, 1);
  assert.equal(again.problems.length, 2);
  assert.match(again.problems[0] ?? '', /a window is open until .*: end it first/);

  const one = await maintenance('end', ...role, '--instance', first, '--yes');
  assert.deepEqual([one.exitCode, one.open], [0, ['none']]);
  assert.deepEqual((await maintenance('status', ...role)).open.toSorted(), [reason, 'none'].toSorted());
  const strange = await maintenance('end', ...role, '--instance', 'i-0', '--yes');
  assert.match(String(strange.failures[0]), /none of these groups has in service: i-0/);
});
