import { describePrepared } from '../../src/rollout/describe.ts';
import type { Doors } from '../../src/rollout/run/doors.ts';
import { prepare } from '../../src/rollout/run/prepare.ts';
import { watch } from '../../src/rollout/run/watch.ts';
import type { Rollouts } from '../../src/world/rollouts/model.ts';
import { facts, groupOf, instance, OLD_IMAGE, refresh, wanted } from '../../test/rollout/facts.ts';
import { template } from '../../test/rollout/imagined.ts';
import type { Row } from '../model.ts';

const INSTANCES = 200;
const GROUPS = 50;
const GOAL_SECONDS = 1;
const GOAL_CALLS = 4;
const WATCHED_SECONDS = 3600;

export const rollout: Row = {
  name: 'rollout',
  what: `\`bake rollout --dry-run\` of ${INSTANCES} instances, beside its API calls; watching ${GROUPS} groups`,
  goal: `≤ ${GOAL_SECONDS} s; ≤ ${GOAL_CALLS} calls a second`,
  measure: async () => {
    const { seconds, lines } = dryRun();
    const calls = await callsASecond();
    return {
      figure: `${seconds.toFixed(2)} s; ${calls.toFixed(1)} calls a second`,
      met: seconds <= GOAL_SECONDS && calls <= GOAL_CALLS,
      note: `The dry-run is the preflight, the prediction and its ${lines} lines, the first time that they run, one instance after the other. The groups hang for an hour, of an imagined clock.`,
      numbers: { dryRunSeconds: seconds, callsASecond: calls },
    };
  },
};

function dryRun(): { readonly seconds: number; readonly lines: number } {
  const group = groupOf(INSTANCES);
  const source = { number: 1, description: '', imageId: OLD_IMAGE, instanceType: 't3.micro', metadata: {} };
  const timing = { launchSeconds: 60, terminateSeconds: 30 };
  const gathered = { facts: facts({ group }), versions: [source], source, timing };
  // One instance more than there should be at a time makes the most steps.
  const slowest = {
    minimumHealthyPercent: 100,
    maximumHealthyPercent: 101,
    skipMatching: true,
    autoRollback: true,
  };
  const startedAt = performance.now();
  const prepared = prepare(gathered, {
    wanted: wanted(slowest, {}, group),
    imageName: 'many-web-f948621a0f6a-1',
  });
  const lines = describePrepared(prepared);
  return { seconds: (performance.now() - startedAt) / 1000, lines: lines.length };
}

/** Of groups that get nothing done until the end. */
async function callsASecond(): Promise<number> {
  let now = 0;
  let calls = 0;
  const never = (): never => {
    throw new Error('a watch changes nothing');
  };
  const answered = <T>(answer: T, calling = 1): Promise<T> => {
    calls += calling;
    return Promise.resolve(answer);
  };
  const instances = [instance(0, { lifecycle: 'Pending', launchTemplate: template('2') })];
  const rollouts: Rollouts = {
    groups: (names) =>
      answered(
        names.map((name) => ({ ...groupOf(1, { instances }), name })),
        Math.ceil(names.length / 50),
      ),
    refreshes: () => answered([refresh({ status: now >= WATCHED_SECONDS ? 'Successful' : 'InProgress' })]),
    activities: () => answered([]),
    targetHealth: () => answered([]),
    ...{
      image: never,
      groupsTagged: never,
      versions: never,
      architectures: never,
      alarms: never,
      putAlarm: never,
    },
    ...{
      deleteAlarm: never,
      denied: never,
      createVersion: never,
      start: never,
      cancel: never,
      rollBack: never,
    },
    ...{ tag: never, set: never },
  };
  const doors: Doors = {
    rollouts,
    sleep: async (seconds) => {
      now += seconds;
    },
    nowSeconds: () => now,
    isInterrupted: () => false,
    say: () => undefined,
    check: never,
  };
  await watch(
    doors,
    Array.from({ length: GROUPS }, (_, index) => ({ group: `group-${index}`, refreshId: 'refresh-1' })),
  );
  return calls / now;
}
