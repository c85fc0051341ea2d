/** What every command waits for before it begins: a command's own work is loaded when it is run. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const CLI = join(import.meta.dirname, '..', 'src', 'cli.ts');

/** What is loaded before a command is known; each of the others takes longer than Node's own start. */
const LIGHT = ['commander', 'fastest-levenshtein', 'node:process', 'string-width'];

/** The modules that are loaded at once with `file`, but for types. */
async function loadedWith(file: string, found: Set<string>): Promise<void> {
  const text = await readFile(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  for (const [, from = ''] of statements) {
    const path = from.startsWith('.') ? join(dirname(file), from) : from;
    if (found.has(path)) continue;
    found.add(path);
    if (path.endsWith('.ts')) await loadedWith(path, found);
  }
}

test('a start loads nothing heavy', async () => {
  const found = new Set<string>();
  await loadedWith(CLI, found);
  assert.deepEqual([...found].filter((path) => !/\.(ts|json)$/.test(path)).sort(), LIGHT);
});
