/** What was tried so far, a line a trial: a run that was ended goes on where it was. */

import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Tried } from './model.ts';
import { count, type Result, resultsPage } from './table.ts';

const ROOT = join(import.meta.dirname, '..');
const PROGRESS = join(import.meta.dirname, 'progress.jsonl');
const KEPT = join(import.meta.dirname, 'results.json');
const PAGE = join(import.meta.dirname, 'results.md');

/** Of what is committed: whoever tries what is not, starts over with `--again`. */
export async function codeOf(): Promise<string> {
  const { stdout } = await execa('git', ['rev-parse', 'HEAD:src'], { cwd: ROOT });
  return stdout.slice(0, 12);
}

export async function readProgress(): Promise<Tried[]> {
  const text = await readFile(PROGRESS, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

export async function keepTrial(tried: Tried): Promise<void> {
  await appendFile(PROGRESS, `${JSON.stringify(tried)}\n`);
}

/** Forgets the trials that `isGone` says. */
export async function forget(isGone: (tried: Tried) => boolean): Promise<void> {
  const left = (await readProgress()).filter((tried) => !isGone(tried));
  await writeFile(PROGRESS, left.map((tried) => `${JSON.stringify(tried)}\n`).join(''));
}

/** Writes `results.md` and `results.json`; other cases keep what they had. */
export async function writeResults(
  cases: Parameters<typeof resultsPage>[0],
  name: string,
  trials: readonly Tried[],
  planned: number,
): Promise<void> {
  const before: Record<string, Result> = JSON.parse(await readFile(KEPT, 'utf8').catch(() => '{}'));
  const all = { ...before, [name]: count(trials, planned) };
  const kept = Object.fromEntries(cases.flatMap(({ name: one }) => (all[one] ? [[one, all[one]]] : [])));
  await writeFile(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
  await writeFile(PAGE, resultsPage(cases, kept));
}
