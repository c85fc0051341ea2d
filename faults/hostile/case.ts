/** Fleet folders that somebody has written who means no good. */

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import type { Case, Verdict, World } from '../model.ts';
import { HUGE } from './huge.ts';
import { CANARY } from './model.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');

/** Seeds, and how many inputs of each. */
const SEEDS = 40;
const EACH = 500;
/** A worker that is silent for so long hangs: at a pipe, or in a loop. */
const SILENCE_MILLISECONDS = 300_000;

export const hostileInput: Case = {
  name: 'hostile-input',
  what: `hostile fleet files, values, paths, rules, locks: refused at a place or carried exactly, never executed, ≤ 512 MB and 5 s`,
  sample: ['seed 1 × 100', 'huge: a billion laughs'],
  trials: async () => [
    ...Array.from({ length: SEEDS }, (_, index) => `seed ${index + 1} × ${EACH}`),
    ...Object.keys(HUGE).map((name) => `huge: ${name}`),
  ],
  attempt,
};

async function attempt({ scratch }: World, trial: string): Promise<Verdict> {
  await rm(CANARY, { force: true });
  const folder = await mkdtemp(join(scratch, 'hostile-'));
  const [, seed, count] = /^seed (\d+) × (\d+)$/.exec(trial) ?? [];
  const what =
    seed === undefined || count === undefined ? ['huge', trial.replace('huge: ', '')] : ['seed', seed, count];
  const { stdout, stderr, exitCode, timedOut } = await execa(process.execPath, [WORKER, folder, ...what], {
    reject: false,
    stdin: 'ignore',
    timeout: SILENCE_MILLISECONDS,
  });
  await rm(folder, { recursive: true, force: true });
  if (exitCode !== 0)
    return {
      survived: false,
      lost: [timedOut ? 'it hangs' : `the process ended with ${exitCode}: ${stderr.slice(-600)}`],
      tried: Number(count ?? 1),
    };
  const { tried, lost } = JSON.parse(stdout) as { tried: number; lost: string[] };
  return { survived: lost.length === 0, exitCode: 0, lost, tried };
}
