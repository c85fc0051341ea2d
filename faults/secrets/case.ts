/** A canary in every place of a secret: where it is seen afterwards, something has told it. */

import type { Case, Verdict, World } from '../model.ts';
import { attemptBake, BAKES } from './bake.ts';
import { attemptPush, PUSHES } from './push.ts';
import { attemptRollout, ROLLOUTS } from './rollout.ts';

type Attempt = (world: World) => Promise<Verdict>;

/** Each trial with what it takes. */
function trialsOf<Way>(
  ways: Readonly<Record<string, Way>>,
  attempt: (world: World, way: Way) => Promise<Verdict>,
): Array<readonly [string, Attempt]> {
  return Object.entries(ways).map(([name, way]) => [name, (world) => attempt(world, way)]);
}

const TRIALS = new Map([
  ...trialsOf(BAKES, attemptBake),
  ...trialsOf(ROLLOUTS, attemptRollout),
  ...trialsOf(PUSHES, attemptPush),
]);

export const secrets: Case = {
  name: 'secrets',
  what: 'a canary in every secret of a bake, a rollout and a push, and each way of failing: in no file, log, event, argument, tag, object or image afterwards',
  trials: async () => [...TRIALS.keys()],
  attempt: async (world, trial) => {
    const attempt = TRIALS.get(trial);
    if (attempt === undefined) throw new Error(`there is no trial ${trial}`);
    return attempt(world);
  },
};
