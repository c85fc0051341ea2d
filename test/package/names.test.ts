/** Another package on npm is called `bake`: nothing that anybody is told to type may fetch it. */

import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

/** What npm would take from a registry, and what it is told to take, in a command. */
const FETCHING =
  /(?<=^|`|&& )n(?:px|pm (?:exec|x|i|install|add))\b(?<options>(?: -[\w-]+)*) (?<name>[\w@/.-]+)/g;

test("what the documents tell to type runs nobody else's package", async () => {
  const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const told: string[] = [];
  for await (const file of glob(['*.md', 'docs/*.md', 'bench/*.md'], { cwd: ROOT })) {
    for (const line of (await readFile(join(ROOT, file), 'utf8')).split('\n')) {
      for (const { 0: words, groups } of line.matchAll(FETCHING)) {
        told.push(words);
        // In a clone, npx takes the command of the clone itself, whatever a registry has.
        const ours = words.startsWith('npx') && groups?.name !== undefined && groups.name in bin;
        assert.ok(ours || groups?.name?.startsWith('./'), `${file}: ${line}`);
      }
    }
  }
  assert.notDeepEqual(told, []);
});

test('the repository itself is never published, and no script runs what is not in the lock file', async () => {
  const { private: isPrivate, scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  assert.equal(isPrivate, true);
  for (const script of Object.values<string>(scripts)) assert.doesNotMatch(script, /npx|npm exec/);
});
