/**
 * `npm run faults [-- CASE…] [--again] [--sample]`: breaks things, one trial after the other, and writes `results.md`
 * and `results.json`. Trials that were made with this code are not made again, unless `--again` says so; `--sample`
 * makes those of `npm test` only. Ends with 1 where anything was lost.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { namesAndFlags } from '../test/support/names-and-flags.ts';
import { cases } from './cases.ts';
import type { Case, Verdict, World } from './model.ts';
import { codeOf, forget, keepTrial, readProgress, writeResults } from './progress.ts';
import { withWorld } from './world.ts';

const { names, flags } = namesAndFlags({
  kind: 'case',
  known: cases.map(({ name }) => name),
  flags: {
    again: 'forget what was tried of these cases',
    sample: 'only the few trials that `npm test` makes, too',
  },
});

const code = await codeOf();
const today = () => new Date().toISOString().slice(0, 10);
// Whoever interrupts this lets the trial end that is going on; the rehearsal has to go, too.
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (isEnding = true));

/** Makes the trials of a case that are still to be made; returns how many have lost something. */
async function tryCase(one: Case, world: World): Promise<number> {
  world.say(`… ${one.name}: ${one.what}`);
  if (flags.again) await forget((tried) => tried.case === one.name);
  const mine = async () =>
    (await readProgress()).filter((tried) => tried.case === one.name && tried.code === code);
  const known = new Set((await mine()).map(({ trial }) => trial));
  const trials = flags.sample ? (one.sample ?? []) : await one.trials(world);
  const left = trials.filter((trial) => !known.has(trial));
  for (const [index, trial] of left.entries()) {
    if (isEnding) break;
    const startedAt = performance.now();
    const verdict = await attempt(one, world, trial);
    await keepTrial({ case: one.name, trial, code, on: today(), verdict });
    await writeResults(cases, one.name, await mine(), trials.length);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const words = verdict.survived ? '' : `: ${verdict.lost.join('; ')}`;
    world.say(
      `${verdict.survived ? '✔' : '✖'} ${index + 1}/${left.length} ${one.name} ${trial} ${seconds} s${words}`,
    );
  }
  return (await mine()).filter(({ verdict }) => !verdict.survived).length;
}

/** A trial that can't be made has survived nothing. */
async function attempt(one: Case, world: World, trial: string): Promise<Verdict> {
  try {
    return await one.attempt(world, trial);
  } catch (error) {
    return { survived: false, lost: [`it could not be tried: ${wordsOf(error)}`] };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const chosen = cases.filter(({ name }) => names.includes(name));
const lost = await withWorld(async (world) => {
  let sum = 0;
  for (const one of chosen) {
    if (isEnding) break;
    sum += await tryCase(one, world).catch((error: unknown) => {
      world.say(`✖ ${one.name}: ${wordsOf(error)}`);
      return 1;
    });
  }
  return sum;
});
process.stdout.write(await readFile(join(import.meta.dirname, 'results.md'), 'utf8').catch(() => ''));
process.exitCode = lost === 0 && !isEnding ? 0 : 1;
