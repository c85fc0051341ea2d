/** Ends a command at every one of its calls, one run each, and looks what the next ordinary command makes of it. */

import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { lazily } from '../../src/world/lazily.ts';
import { done, type Ended, endOf } from '../../test/support/own-rehearsal.ts';
import { verdictOf } from '../checks.ts';
import type { Case, Verdict, World } from '../model.ts';
import { onceIn } from '../once.ts';
import { untilOrEnded } from '../until.ts';
import { changes, nameOf, type Point, pointsOf, readPoint } from './calls.ts';
import type { Scene, Signal, Swept } from './model.ts';
import { SIGNALS } from './model.ts';
import { untilNothingLives } from './processes.ts';

/** An orderly end may take Packer's own clean-up. */
const END_SECONDS = 240;
/** As long as bake has to hear a signal before the call goes on. */
const HEARING_MILLISECONDS = 300;

export function sweep(swept: Swept, samples: Partial<Record<Signal, readonly string[]>> = {}): Case[] {
  const sceneIn = onceIn((world) => open(swept, world));
  return SIGNALS.map((signal) => ({
    name: `${swept.name}-${signal.toLowerCase()}`,
    what: `${signal} at every API call of ${swept.what}`,
    sample: samples[signal] ?? [],
    trials: async (world) => (await sceneIn(world)).trials(),
    attempt: async (world, trial) => attempt((await sceneIn(world)).scene, signal, readPoint(trial)),
  }));
}

async function open(swept: Swept, world: World) {
  const scene = await swept.open(world);
  return { scene, trials: lazily(() => cleanRun(scene)) };
}

/** Learns the calls by letting the command end. */
async function cleanRun(scene: Scene): Promise<readonly string[]> {
  await scene.reset();
  await scene.control('DELETE', 'calls');
  done(await endOf(scene.start()));
  const calls = (await scene.control('GET', 'calls')) as Array<{ action: string }>;
  const actions = calls.map(({ action }) => action).filter((action) => !action.startsWith('rehearsal:'));
  return pointsOf(actions).map(nameOf);
}

async function attempt(scene: Scene, signal: Signal, point: Point): Promise<Verdict> {
  const { action, skip, moment } = point;
  await scene.reset();
  const before = await scene.stock();
  await scene.control('PUT', 'faults', [{ action, skip, effect: { kind: 'hold', moment } }]);
  const child = scene.start();
  const ending = endOf(child);
  const isHeld = await untilOrEnded(
    ending,
    async () => ((await scene.control('GET', 'held')) as unknown[]).length > 0,
  );
  if (isHeld) await end(scene, signal, { pid: child.pid ?? 0, ending });
  await scene.control('PUT', 'faults', []);
  const ended = await within(ending, END_SECONDS);
  if (ended === undefined) child.kill('SIGKILL');
  const living = await untilNothingLives(scene.folder, END_SECONDS);
  const lost = [
    ...(ended?.exitCode === 0 ? (await scene.undone()).map((words) => `it ended with 0: ${words}`) : []),
    ...(ended === undefined ? [`it still runs ${END_SECONDS} s after ${signal}`] : []),
    ...living.map((command) => `still running: ${command}`),
    ...(await scene.recover(before, signal === 'SIGKILL' && changes(point))),
  ];
  const verdict = verdictOf(ended ?? (await ending), lost);
  return isHeld
    ? verdict
    : { ...verdict, message: `the call did not come: ${verdict.message ?? 'it ended well'}` };
}

/** A terminal sends its interruption to the whole group; others mean one process. */
async function end(
  { control }: Scene,
  signal: Signal,
  { pid, ending }: { readonly pid: number; readonly ending: Promise<Ended> },
): Promise<void> {
  process.kill(signal === 'SIGINT' ? -pid : pid, signal);
  await (signal === 'SIGKILL' ? ending : sleep(HEARING_MILLISECONDS));
  await control('DELETE', 'held');
}

async function within<T>(work: Promise<T>, seconds: number): Promise<T | undefined> {
  const ending = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: ending.signal }).catch(() => undefined);
  const first = await Promise.race([work, late]);
  ending.abort();
  return first;
}
