/** Some of the hostile inputs of `npm run faults -- hostile-input`, without Packer, and what was lost before. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HUGE } from '../../faults/hostile/huge.ts';
import { openReaders } from '../../faults/hostile/read-back.ts';
import { type Bench, tryInputs, trySeed } from '../../faults/hostile/try.ts';
import { environmentName } from '../../src/fleet/fields.ts';
import { tags } from '../../src/fleet/schema-parts.ts';
import { loadAssets } from '../../src/world/assets.ts';

let bench: Bench;

before(async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-hostile-'));
  bench = { scratch, assets: await loadAssets(), readers: openReaders(scratch) };
});
after(() => rm(bench.scratch, { recursive: true }));

const SEED = 7;

test(`hostile inputs of seed ${SEED} are refused at a place or carried exactly`, async () => {
  const { lost, taken } = await trySeed(SEED, 200, bench);
  assert.deepEqual(
    lost.map(({ words }) => words),
    [],
  );
  assert.ok(taken > 20, `only ${taken} were taken`);
});

const ONCE_LOST = [
  ...['a path of 1 MB', 'a path of 1 MB of dots', 'a glob of 1 MB', 'a glob of many braces', 'many mistakes'],
  ...['a key of 1 MB', 'one text of 1 MB of references', 'rule tests that laugh', 'a lock of many mistakes'],
];
for (const name of ONCE_LOST) {
  test(`${name} is refused at once`, async () => {
    const make = HUGE[name];
    assert.ok(make !== undefined);
    const { lost, taken } = await tryInputs([make()], bench);
    assert.deepEqual([lost.map(({ words }) => words), taken], [[], 0]);
  });
}

test('what bash sets itself is no name for a value', () => {
  for (const name of ['RANDOM', 'SECONDS', '_', 'BASH_COMMAND', 'GROUPS', 'PWD'])
    assert.equal(environmentName.safeParse(name).success, false, name);
  for (const name of ['PATH', 'HOME', 'LANG'])
    assert.equal(environmentName.safeParse(name).success, true, name);
});

test('a tag that HCL would change is refused', () => {
  assert.equal(tags.safeParse({ 'e\u0301': 'x' }).success, false);
  assert.equal(tags.safeParse({ team: 'e\u0301' }).success, false);
  assert.equal(tags.safeParse({ team: '\u00e9' }).success, true);
});
