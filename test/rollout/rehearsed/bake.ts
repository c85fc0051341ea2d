/** `bake rollout` in a rehearsed world, without its command line. */

import { fail } from '../../../src/failure.ts';
import type { Check, CheckPlace, CheckResult } from '../../../src/rollout/checks/model.ts';
import { effectivePreferences, type RequestedPreferences } from '../../../src/rollout/preferences.ts';
import type { Wanted } from '../../../src/rollout/preflight/facts.ts';
import type { Doors } from '../../../src/rollout/run/doors.ts';
import { gather } from '../../../src/rollout/run/gather.ts';
import { type Prepared, prepare } from '../../../src/rollout/run/prepare.ts';
import { roll } from '../../../src/rollout/run/roll.ts';
import type { Waves } from '../../../src/rollout/waves.ts';
import { type Client, NEW_IMAGE, REGION, type Rehearsed } from './world.ts';

export interface Asked {
  readonly groups?: readonly string[];
  readonly requested?: RequestedPreferences;
  readonly wants?: Partial<Wanted>;
  readonly waves?: Waves;
  readonly checks?: readonly Check[];
  readonly check?: (place: CheckPlace) => CheckResult;
  readonly isInterrupted?: () => boolean;
  /** How many times longer than it wants to it sleeps: an hour has 720 looks otherwise. */
  readonly drowsiness?: number;
  /** Called with all that is said. */
  readonly hears?: (text: string) => void;
}

/** Launches first, goes back by itself, and waits halfway. */
export const USUAL: RequestedPreferences = {
  minimumHealthyPercent: 100,
  maximumHealthyPercent: 150,
  skipMatching: true,
  autoRollback: true,
  checkpointPercents: [50, 100],
  checkpointDelaySeconds: 90,
  bakeSeconds: 90,
};

export const SMOKE: Check = { kind: 'command', name: 'smoke', run: './smoke.sh', limitSeconds: 30 };

export function doorsOf(world: Rehearsed, { rollouts }: Client, asked: Asked = {}): Doors {
  return {
    rollouts,
    sleep: (seconds) => world.pass(seconds * (asked.drowsiness ?? 1)),
    nowSeconds: () => world.clock.seconds,
    isInterrupted: asked.isInterrupted ?? (() => false),
    say: (group, { text }) => asked.hears?.(`${group}: ${text}`),
    check: async (_, place) => asked.check?.(place) ?? { passed: true, why: '' },
  };
}

export async function prepared(
  { rollouts }: Client,
  name: string,
  { requested = USUAL, wants = {}, checks = [] }: Asked = {},
): Promise<Prepared> {
  const [group] = await rollouts.groups([name]);
  if (group === undefined) fail({ kind: 'input', problem: `there is no group ${name}` });
  const wanted: Wanted = {
    imageId: NEW_IMAGE,
    allowCandidate: false,
    isRehearsal: true,
    pin: false,
    requireImdsV2: false,
    managedBy: undefined,
    parameter: undefined,
    guard: undefined,
    requested,
    preferences: effectivePreferences(requested, group),
    checks,
    ...wants,
  };
  const image = await rollouts.image(wanted.imageId);
  const gathered = await gather({ rollouts }, group, {
    region: REGION,
    image,
    alarms: [],
  });
  return prepare(gathered, { wanted, imageName: 'web' });
}

/** From the first look to the last one; an outcome as `web done`. */
export async function bake(world: Rehearsed, client: Client, asked: Asked = {}) {
  const doors = doorsOf(world, client, asked);
  const all: Prepared[] = [];
  for (const name of asked.groups ?? ['web']) all.push(await prepared(client, name, asked));
  const outcomes = await roll(doors, all, {
    region: REGION,
    waves: asked.waves,
    again: (wave) => Promise.all(wave.map(({ group }) => prepared(client, group.name, asked))),
  });
  return { outcomes, all, short: outcomes.map(({ group, kind }) => `${group} ${kind}`) };
}
