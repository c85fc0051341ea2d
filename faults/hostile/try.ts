/** Tries many inputs: bake judges each, then what they were rendered to is read back, all at once. */

import { existsSync } from 'node:fs';
import fc from 'fast-check';
import type { Assets } from '../../src/render/assets.ts';
import { hostileInput } from './inputs.ts';
import { type Judged, judge } from './judge.ts';
import { CANARY, type Expected, type Input, OUTSIDE } from './model.ts';
import type { Readers } from './read-back.ts';

export interface Bench {
  readonly scratch: string;
  readonly assets: Assets;
  readonly readers: Readers;
}

export interface Tally {
  readonly tried: number;
  /** Taken, and carried exactly. */
  readonly taken: number;
  /** Of each input that was lost: what is wrong, and the input. */
  readonly lost: ReadonlyArray<{ readonly input: Input; readonly words: string }>;
}

/** So many are held at once. */
const PORTION = 100;

/** The first `count` inputs of a seed. */
export async function trySeed(seed: number, count: number, bench: Bench): Promise<Tally> {
  const inputs = fc.sample(hostileInput, { seed, numRuns: count });
  const tallies: Tally[] = [];
  for (let from = 0; from < count; from += PORTION) {
    tallies.push(await tryInputs(inputs.slice(from, from + PORTION), bench));
  }
  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
  return {
    tried: sum(({ tried }) => tried),
    taken: sum(({ taken }) => taken),
    lost: tallies.flatMap(({ lost }) => lost),
  };
}

export async function tryInputs(inputs: readonly Input[], bench: Bench): Promise<Tally> {
  const judged: Judged[] = [];
  for (const input of inputs) judged.push(await judge(input, bench.scratch, bench.assets));
  await bench.readers.prepare(judged.flatMap(({ files = [] }) => files));
  const lost = inputs.flatMap((input, index) => {
    const words = [...(judged[index]?.lost ?? []), ...notCarried(input, judged[index], bench)];
    return words.length === 0 ? [] : [{ input, words: words.join('; ') }];
  });
  // Whose it was, nobody can tell: one by one, it shows.
  const executed = existsSync(CANARY)
    ? [{ input: inputs[0] as Input, words: `something was executed: ${CANARY} is there` }]
    : [];
  const taken = judged.filter(({ files }) => files !== undefined).length;
  return { tried: inputs.length, taken, lost: [...lost, ...executed] };
}

/** The smallest input that is lost in the same seed; undefined where a minute is too short to find one. */
export async function smallest(seed: number, count: number, bench: Bench): Promise<string | undefined> {
  const isKept = async (input: Input) => (await tryInputs([input], bench)).lost.length === 0;
  const { counterexample } = await fc.check(fc.asyncProperty(hostileInput, isKept), {
    seed,
    numRuns: count,
    interruptAfterTimeLimit: 60_000,
  });
  return counterexample === null ? undefined : JSON.stringify(counterexample[0]);
}

function notCarried(input: Input, judged: Judged | undefined, { readers }: Bench): string[] {
  const { files } = judged ?? {};
  if (files === undefined) return [];
  const leaks = files
    .filter(({ content }) => Buffer.from(content).includes(OUTSIDE))
    .map(({ path }) => `${path} has what lies outside of the folder`);
  const changed = input.expected.filter((expected) => !isCarried(expected, files, readers));
  return [...leaks, ...changed.map(({ slot, value }) => `${slot} is not carried: ${JSON.stringify(value)}`)];
}

function isCarried(
  { value, carrier, where }: Expected,
  files: NonNullable<Judged['files']>,
  { leaves }: Readers,
): boolean {
  const carrying = files.filter(({ path }) => where.test(path));
  const read = carrying.map(leaves[carrier]);
  if (carrier === 'hcl' && carrying.length > 0 && read.every((texts) => texts === undefined)) return true;
  return read.some((texts) => texts?.includes(value));
}
