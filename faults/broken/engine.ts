/** The Docker engine of a rehearsal stops in the middle of a bake. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { openPlace, type Place } from '../../rehearsal/src/setup/place.ts';
import { findProcesses } from '../../rehearsal/src/setup/processes.ts';
import { endOf } from '../../test/support/own-rehearsal.ts';
import { after, verdictOf } from '../checks.ts';
import type { Case, Verdict, World } from '../model.ts';
import { BAKE, openAlone } from '../small-fleet.ts';
import { untilOrEnded } from '../until.ts';
import { withWorld } from '../world.ts';
import { REGION, rightLost } from './scene.ts';

const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  'it is stopped': 'SIGTERM',
  'it is killed': 'SIGKILL',
};
const WAITS = 'the step waits';

const engineStops: Case = {
  name: 'engine-stops',
  what: "the rehearsal's own Docker engine stops in the middle of a bake; then `bake rehearse down`, and the bake again",
  trials: async () => Object.keys(SIGNALS),
  // What all other cases share must not break.
  attempt: (_, trial) => withWorld((world) => attempt(world, SIGNALS[trial] ?? 'SIGTERM')),
};

async function attempt(world: World, signal: NodeJS.Signals): Promise<Verdict> {
  const fleet = await openAlone(world, 'engine', REGION);
  const { folder } = fleet;
  const place = await openPlace(world.environment.BAKE_REHEARSAL ?? '');
  if (!(await readConfig(place.configFile)).docker.own)
    return { survived: false, lost: ['not tried: the rehearsal uses an engine that is not its own'] };
  await fleet.writeStep('slow', `echo ${WAITS}\nsleep 20\n`);
  await fleet.write('roles: { web: { steps: [{ name: slow, script: steps/slow.sh }] } }\n');
  const ending = endOf(fleet.start(BAKE));
  await untilOrEnded(ending, () => isWaiting(folder));
  await stopEngine(place, signal);
  const ended = await ending;
  const lost = rightLost(ended, { exitCodes: [1], says: /bake rehearse down/ });
  const next = async (...args: readonly string[]) =>
    lost.push(...after(`bake ${args.join(' ')}`, await world.bake(args, folder)));
  await next('rehearse', 'down');
  await next(...BAKE, '--rehearse', '--yes');
  await next('rehearse', 'down');
  const left = await programsOf(place);
  return verdictOf(ended, [...lost, ...left.map(({ program }) => `still running: ${program}`)]);
}

/** Whether a step of some bake of the folder waits. */
async function isWaiting(folder: string): Promise<boolean> {
  const runs = join(folder, '.bake', 'runs');
  const logs = (await readdir(runs).catch(() => [])).map((run) => join(runs, run, 'web', 'packer.log'));
  const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8').catch(() => '')));
  return texts.some((text) => text.includes(WAITS));
}

/** Returns when it does not run any more. */
async function stopEngine(place: Place, signal: NodeJS.Signals): Promise<void> {
  const daemons = async () => (await programsOf(place)).filter(({ program }) => program === 'dockerd');
  for (const { pid } of await daemons()) process.kill(pid, signal);
  while ((await daemons()).length > 0) await sleep(100);
}

/** All that runs of a rehearsal: its server, its engine and what that has started. */
function programsOf({ stateFolder, runtimeFolder, name }: Place) {
  return findProcesses(({ args }) =>
    args.some(
      (one) => one === name || [stateFolder, runtimeFolder].some((folder) => one.startsWith(`${folder}/`)),
    ),
  );
}

export const engine: readonly Case[] = [engineStops];
