import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProgress } from '../../src/commands/alerts-progress.ts';
import type { BakeEvent } from '../../src/events.ts';

const source = (bytes: number | undefined) => ({ name: 'a.json', path: '/a.json', bytes });

const CHUNK = 1e6;

/** What is said while so much is read of each, of what nobody knows the size of 600 MB. */
function said(sizes: ReadonlyArray<number | undefined>, { seconds }: { readonly seconds: number }): string[] {
  const events: BakeEvent[] = [];
  let calls = 0;
  const now = () => new Date(calls++ === 0 ? 0 : seconds * 1000);
  const progress = openProgress({ emit: (event) => events.push(event), now }, sizes.map(source));
  for (const size of sizes) {
    for (let bytes = CHUNK; bytes <= (size ?? 600e6); bytes += CHUNK) progress.read(bytes);
    progress.next();
  }
  progress.end();
  return events.map((event) => ('detail' in event ? event.detail : ''));
}

test('of what takes a moment nothing is said', () =>
  assert.deepEqual(said([30e6, 30e6], { seconds: 1 }), []));

test('of what takes longer, a line a tenth', () => {
  assert.deepEqual(said([100e6, 900e6], { seconds: 2 }), [
    'reading 2 files, 1000 MB',
    ...[100, 200, 300, 400, 500, 600, 700, 800, 900, 1000].map((done) => `${done} MB of 1000 MB`),
    'read 2 files, 1000 MB',
  ]);
});

test('of what nobody knows the end of, a line now and then', () => {
  assert.deepEqual(said([undefined], { seconds: 1 }), [
    'reading a.json',
    '256 MB',
    '512 MB',
    'read a.json, 600 MB',
  ]);
});
