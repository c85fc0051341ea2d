import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { type LocalTrees, openLocalTrees } from '../../src/trees/local.ts';
import { digestOf } from '../../src/world/artifacts.ts';

const KEY = { tarball: 'a'.repeat(64), recipe: 'b'.repeat(64) };
const { signal } = new AbortController();

let folder: string;
let events: BakeEvent[];
let trees: LocalTrees;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-local-trees-'));
  events = [];
  trees = openLocalTrees(folder, (event) => events.push(event));
});
afterEach(() => rm(folder, { recursive: true }));

test('what is kept is found again, for its tarball, recipe and platform', async () => {
  assert.deepEqual(await trees.find(KEY), new Map());
  const sha256 = await trees.keep(KEY, 'debian-12-amd64', Buffer.from('a tree'));
  assert.equal(await digestOf(trees.path(sha256)), sha256);
  assert.deepEqual(await trees.find(KEY), new Map([['debian-12-amd64', sha256]]));
  assert.deepEqual(await trees.find({ ...KEY, recipe: 'c'.repeat(64) }), new Map());
  const other = await trees.keep(KEY, 'debian-12-amd64', Buffer.from('another'));
  assert.deepEqual(await trees.find(KEY), new Map([['debian-12-amd64', other]]));
});

test('one flipped byte: it is not used, and that is said by name', async () => {
  const sha256 = await trees.keep(KEY, 'debian-12-amd64', Buffer.from('a tree'));
  await writeFile(trees.path(sha256), 'a trie');
  assert.deepEqual(await trees.find(KEY), new Map());
  const [event] = events;
  assert.ok(event?.type === 'notice' && event.level === 'warning');
  assert.match(event.text, /^the compiled tree for debian-12-amd64 in .* is not what was kept there/);
  assert.deepEqual(await trees.find(KEY), new Map(), 'and it is gone');
  assert.equal(events.length, 1);
});

test('the platform of an AMI is known once a builder from it has told', async () => {
  assert.equal(await trees.platformOf('ami-1'), undefined);
  await trees.learn('ami-1', 'debian-12-amd64');
  assert.equal(await trees.platformOf('ami-1'), 'debian-12-amd64');
});

test('one at a time compiles', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} ends`);
  };
  await Promise.all([trees.alone(KEY, signal, work('one')), trees.alone(KEY, signal, work('two'))]);
  assert.equal(order[1], order[0]?.replace('begins', 'ends'));
});

test('a folder that others can write to is refused', async () => {
  await chmod(folder, 0o777);
  await assert.rejects(
    trees.alone(KEY, signal, async () => {}),
    /others can write to the cache folder/,
  );
});
