/**
 * Writes `bake.schema.json` from the schema in `src/fleet/`. Run it after changing that.
 * With `--check` it writes nothing, and fails where the file is not current.
 */

import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { fleetJsonSchemaText } from '../src/fleet/json-schema.ts';

const file = new URL('../bake.schema.json', import.meta.url);
const text = fleetJsonSchemaText();

if (process.argv.includes('--check')) {
  const isCurrent = (await readFile(file, 'utf8').catch(() => undefined)) === text;
  if (!isCurrent) process.stderr.write('bake.schema.json is not current: run node scripts/write-schema.ts\n');
  process.exitCode = isCurrent ? 0 : 1;
} else {
  await writeFile(file, text);
}
