import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openSharedTrees } from '../../src/trees/shared.ts';
import { memoryStore } from '../support/objects.ts';

const KEY = { tarball: 'a'.repeat(64), recipe: 'b'.repeat(64) };
const content = Buffer.from('a tree');
const sha256 = createHash('sha256').update(content).digest('hex');
const TREE = { platform: 'debian-12-amd64', sha256, content };
const INDEX = `index/${KEY.tarball}/${KEY.recipe}/debian-12-amd64`;

for (const [prefix, at] of [
  ['s3://bucket', 's3://bucket'],
  ['s3://bucket/', 's3://bucket'],
  ['s3://bucket/a/b', 's3://bucket/a/b'],
  ['s3://bucket/a/b/', 's3://bucket/a/b'],
]) {
  test(`${prefix}: what one machine offers another finds, under the digest of its content`, async () => {
    const objects = memoryStore();
    const trees = openSharedTrees(objects, prefix ?? '');
    assert.deepEqual(await trees.find(KEY), new Map());
    await trees.offer(KEY, TREE, { replace: false });
    assert.deepEqual([...objects.content.keys()].sort(), [`${at}/${INDEX}`, `${at}/trees/${sha256}.tar.gz`]);
    assert.deepEqual(await trees.find(KEY), new Map([['debian-12-amd64', sha256]]));
    assert.deepEqual(await trees.find({ ...KEY, recipe: 'c'.repeat(64) }), new Map(), 'compiled otherwise');
    assert.deepEqual(await trees.find({ ...KEY, tarball: 'c'.repeat(64) }), new Map(), 'of another tarball');
    assert.deepEqual(await trees.fetch('debian-12-amd64', sha256), content);
  });
}

test('the first tree for a platform stays, unless it is replaced on purpose', async () => {
  const trees = openSharedTrees(memoryStore(), 's3://bucket/trees');
  const other = Buffer.from('another');
  const digest = createHash('sha256').update(other).digest('hex');
  await trees.offer(KEY, TREE, { replace: false });
  await trees.offer(KEY, { ...TREE, sha256: digest, content: other }, { replace: false });
  assert.deepEqual(await trees.find(KEY), new Map([['debian-12-amd64', sha256]]));
  await trees.offer(KEY, { ...TREE, sha256: digest, content: other }, { replace: true });
  assert.deepEqual(await trees.find(KEY), new Map([['debian-12-amd64', digest]]));
});

test('a tree that is not what its name says, is missing, or has a nonsense index is refused by name', async () => {
  const objects = memoryStore();
  const trees = openSharedTrees(objects, 's3://bucket');
  await trees.offer(KEY, TREE, { replace: false });
  objects.content.set(`s3://bucket/trees/${sha256}.tar.gz`, Buffer.from('a trie'));
  await assert.rejects(
    trees.fetch('debian-12-amd64', sha256),
    new RegExp(
      `the compiled tree for debian-12-amd64 in s3://bucket/trees/${sha256}.tar.gz is refused: its SHA-256 is`,
    ),
  );
  await assert.rejects(trees.fetch('debian-12-amd64', 'f'.repeat(64)), /ff\.tar\.gz is missing/);
  objects.content.set(`s3://bucket/${INDEX}`, Buffer.from('../../x'));
  await assert.rejects(trees.find(KEY), /debian-12-amd64 does not hold the digest of a compiled tree/);
});
