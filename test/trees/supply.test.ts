import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { type LocalTrees, openLocalTrees } from '../../src/trees/local.ts';
import type { Trees } from '../../src/trees/model.ts';
import { openSharedTrees, type SharedTrees } from '../../src/trees/shared.ts';
import { type Lent, openSupply } from '../../src/trees/supply.ts';
import { type MemoryStore, memoryStore } from '../support/objects.ts';

const KEY = { tarball: 'a'.repeat(64), recipe: 'b'.repeat(64) };
const BUILDER = { key: KEY, ami: 'ami-1' };
const PLATFORM = 'debian-12-amd64';
const tree = Buffer.from('a tree');
const sha256 = createHash('sha256').update(tree).digest('hex');

let scratch: string;
let events: BakeEvent[];
let local: LocalTrees;
let objects: MemoryStore;
let shared: SharedTrees;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bake-supply-'));
  events = [];
  local = openLocalTrees(join(scratch, 'local'), (event) => events.push(event));
  objects = memoryStore();
  shared = openSharedTrees(objects, 's3://bucket/trees');
});
afterEach(() => rm(scratch, { recursive: true }));

function supply(parts: { shared?: SharedTrees; pinned?: Trees } = {}) {
  return openSupply({
    local,
    shared: parts.shared,
    pinned: parts.pinned ?? new Map(),
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
}

/** A builder: what it got, and a report as it would leave one. */
async function report(lent: Lent, archive: Uint8Array): Promise<Trees> {
  const folder = await mkdtemp(join(scratch, 'built-'));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'platform'), `${PLATFORM}\n`);
  await writeFile(join(folder, 'ossec-tree.tar.gz'), lent.trees.has(PLATFORM) ? '' : archive);
  await lent.arrived(folder);
  return lent.trees;
}

test('the first builder compiles, the others of the same run wait for its tree and no longer', async () => {
  const lend = supply();
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const build = (name: string, goOn?: Promise<unknown>) => async (lent: Lent) => {
    order.push(`${name} with ${lent.trees.size}`);
    begun.resolve();
    const trees = await report(lent, tree);
    await goOn;
    order.push(`${name} ends`);
    return trees;
  };
  const othersEnd = Promise.withResolvers<void>();
  const compiling = lend(BUILDER, build('one', othersEnd.promise));
  // Which of several that come at once is first is not said.
  await begun.promise;
  const others = Promise.all([lend(BUILDER, build('two')), lend(BUILDER, build('three'))]);
  others.then(() => othersEnd.resolve(), othersEnd.reject);
  const [one, [two, three]] = await Promise.all([compiling, others]);
  assert.deepEqual(one, new Map());
  assert.deepEqual([two, three], [new Map([[PLATFORM, sha256]]), new Map([[PLATFORM, sha256]])]);
  assert.equal(order[0], 'one with 0');
  assert.equal(order.at(-1), 'one ends', 'the others did not wait for its whole bake');
});

test('a builder that fails before it has a tree lets the next one compile', async () => {
  const lend = supply();
  const failing = lend(BUILDER, async () => {
    throw new Error('no machine');
  });
  const next = lend(BUILDER, (lent) => report(lent, tree));
  await assert.rejects(failing, /no machine/);
  assert.deepEqual(await next, new Map());
});

test('a tree of another machine comes from S3, and what is compiled goes there', async () => {
  await supply({ shared })(BUILDER, (lent) => report(lent, tree));
  assert.deepEqual(await shared.find(KEY), new Map([[PLATFORM, sha256]]));
  local = openLocalTrees(join(scratch, 'another machine'), () => {});
  const trees = await supply({ shared })(BUILDER, async (lent) => {
    assert.deepEqual([...lent.artifacts], [[sha256, local.path(sha256)]]);
    return report(lent, tree);
  });
  assert.deepEqual(trees, new Map([[PLATFORM, sha256]]));
  assert.deepEqual(await local.find(KEY), trees);
});

test('a changed object in S3 ends the bake before anything starts', async () => {
  await shared.offer(KEY, { platform: PLATFORM, sha256, content: tree }, { replace: false });
  objects.content.set(`s3://bucket/trees/trees/${sha256}.tar.gz`, Buffer.from('evil'));
  const started = supply({ shared })(BUILDER, async () => assert.fail('it was built'));
  await assert.rejects(started, /the compiled tree for debian-12-amd64 in s3:.* is refused: its SHA-256 is/);
});

test('what bake.lock pins is the only one: another in S3 is refused, another here is not used', async () => {
  const pinned = new Map([[PLATFORM, 'f'.repeat(64)]]);
  await local.keep(KEY, PLATFORM, tree);
  await local.learn('ami-1', PLATFORM);
  const lent = await supply({ pinned })(BUILDER, async ({ trees }) => trees);
  assert.deepEqual(lent, new Map());
  await shared.offer(KEY, { platform: PLATFORM, sha256, content: tree }, { replace: false });
  await assert.rejects(
    supply({ pinned, shared })(BUILDER, async () => assert.fail('it was built')),
    new RegExp(
      `the compiled tree for debian-12-amd64 in s3://bucket/trees, ${sha256}, is not the one in bake.lock`,
    ),
  );
});

test('what is compiled where another one is pinned is not kept, and that is said', async () => {
  const pinned = new Map([[PLATFORM, 'f'.repeat(64)]]);
  await supply({ pinned })(BUILDER, (lent) => report(lent, tree));
  assert.deepEqual(await local.find(KEY), new Map());
  const [notice] = events;
  assert.ok(notice?.type === 'notice' && notice.level === 'warning');
  assert.match(notice.text, /OSSEC was compiled for debian-12-amd64: the tree that bake\.lock has/);
  const same = new Map([[PLATFORM, sha256]]);
  await supply({ pinned: same })(BUILDER, (lent) => report(lent, tree));
  assert.deepEqual(await local.find(KEY), same);
});
