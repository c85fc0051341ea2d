/**
 * `npm run bench [-- ROW…]`: measures, and writes `results.md` and `results.json`. A row that isn't named keeps what
 * was measured before. Ends with 1 where a row misses its goal, or can't be measured.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { namesAndFlags } from '../test/support/names-and-flags.ts';
import type { Result, Row, World } from './model.ts';
import { rows } from './rows.ts';
import { resultsPage } from './table.ts';
import { withWorld } from './world.ts';

const KEPT = join(import.meta.dirname, 'results.json');
const PAGE = join(import.meta.dirname, 'results.md');

type Results = Record<string, Result>;

async function measure(row: Row, world: World): Promise<Result | undefined> {
  if (row.needsOssec === true && !process.env.BAKE_OSSEC_TARBALL) {
    world.say(`⚠ ${row.name} IS SKIPPED: it compiles the real OSSEC, which BAKE_OSSEC_TARBALL doesn't name`);
    return undefined;
  }
  world.say(`… ${row.name}: ${row.what}`);
  const before = minuteLoad();
  const measured = await row.measure(world);
  world.say(`${measured.met ? '✔' : '✖'} ${row.name}: ${measured.figure} (goal ${row.goal})`);
  return { ...measured, on: new Date().toISOString().slice(0, 10), load: [before, minuteLoad()] };
}

function minuteLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

function machine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim() ?? 'a processor'} (${arch()}), ${gigabytes} GB, Node ${process.version}`;
}

async function readKept(): Promise<Results> {
  const text = await readFile(KEPT, 'utf8').catch(() => '{}');
  return JSON.parse(text);
}

async function keep(name: string, result: Result): Promise<void> {
  const all = { ...(await readKept()), [name]: result };
  const kept = Object.fromEntries(rows.flatMap(({ name: row }) => (all[row] ? [[row, all[row]]] : [])));
  await writeFile(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
  await writeFile(PAGE, resultsPage(rows, kept, machine()));
}

const { names } = namesAndFlags({ kind: 'row', known: rows.map(({ name }) => name), flags: {} });
const chosen = rows.filter(({ name }) => names.includes(name));
let missed = 0;
// Whoever interrupts this interrupts what it runs, too; the rehearsal still has to go.
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (isEnding = true));
await withWorld(async (world) => {
  for (const row of chosen) {
    if (isEnding) break;
    try {
      const result = await measure(row, world);
      if (result !== undefined) await keep(row.name, result);
      if (result?.met === false) missed += 1;
    } catch (error) {
      missed += 1;
      world.say(`✖ ${row.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
});
process.stdout.write(await readFile(PAGE, 'utf8').catch(() => ''));
process.exitCode = missed === 0 && !isEnding ? 0 : 1;
