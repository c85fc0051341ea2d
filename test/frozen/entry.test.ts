import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type RawEntry, unsafeEntries } from '../../src/frozen/entry.ts';

function entry(path: string, kind = 'file', target = ''): RawEntry {
  return { path, kind, executable: false, content: new Uint8Array(), target };
}

const REFUSED: ReadonlyArray<readonly [RawEntry, RegExp]> = [
  [entry('/etc/passwd'), /^\/etc\/passwd is an absolute path$/],
  [entry('a/../../b'), /^a\/\.\.\/\.\.\/b leads out of the archive$/],
  [entry('..'), /leads out/],
  [entry('a//b'), /^"a\/\/b" is not a plain path$/],
  [entry('./a'), /not a plain path/],
  [entry('a\nb'), /^"a\\nb" has a control character in its name$/],
  [entry('a', 'named pipe'), /^a is a named pipe, and only files, folders and symlinks are taken$/],
  [entry('a', 'hard link'), /hard link/],
  [entry('a', 'symlink', '/etc'), /^a is a symlink that leads out of the archive, to "\/etc"$/],
  [entry('a', 'symlink', '..'), /leads out/],
  [entry('a/b', 'symlink', '../..'), /leads out/],
  [entry('a', 'symlink', 'b/../c'), /leads out/],
  [entry('a', 'symlink', ''), /leads out/],
];

test('what must not be unpacked is named', () => {
  for (const [refused, message] of REFUSED) {
    const problems = unsafeEntries([entry('good'), refused]);
    assert.equal(problems.length, 1, refused.path);
    assert.match(problems[0] ?? '', message);
  }
});

test('links inside, folders named twice, odd but harmless names are taken', () => {
  const harmless = [
    entry('a', 'folder'),
    entry('a', 'folder'),
    entry('a/b', 'symlink', '../c/./d'),
    entry('c/..d'),
    entry('c/e f'),
  ];
  assert.deepEqual(unsafeEntries(harmless), []);
});

test('a path twice, or below a symlink, is refused', () => {
  assert.deepEqual(unsafeEntries([entry('a'), entry('a')]), ['a is in the archive twice']);
  assert.deepEqual(unsafeEntries([entry('a/b/c'), entry('a', 'symlink', 'd')]), [
    'a/b/c lies below a, which is a symlink',
  ]);
});

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const target = fc
  .array(fc.constantFrom('..', '..', '.', 'a', 'b', 'c'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'));

test('whatever links there are: where nothing is refused, no link leads out on a real disk', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'bake-links-'));
  let kept = 0;
  try {
    fc.assert(
      fc.property(fc.array(fc.tuple(path, target), { minLength: 1, maxLength: 6 }), (links) => {
        const entries = links.map(([from, to]) => entry(from, 'symlink', to));
        if (unsafeEntries(entries).length > 0) return;
        kept += 1;
        const top = mkdtempSync(join(scratch, 'top-'));
        for (const { path: from } of entries) mkdirSync(join(top, dirname(from)), { recursive: true });
        for (const { path: from, target: to } of entries) symlinkSync(to, join(top, from));
        for (const { path: from } of entries) {
          const real = realPath(join(top, from));
          assert.ok(real === undefined || real === top || real.startsWith(`${top}/`), `${from} is ${real}`);
        }
      }),
      { numRuns: 2000 },
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
  assert.ok(kept > 100, `only ${kept} archives were taken`);
});

/** Undefined for a link that ends nowhere or goes in circles. */
function realPath(of: string): string | undefined {
  try {
    return realpathSync(of);
  } catch {
    return undefined;
  }
}
