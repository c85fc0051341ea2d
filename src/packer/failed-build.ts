/** What is said of a build that ended without an image, and of what it leaves behind at AWS. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildFailure, type Failure, type Interruption, interruption } from '../failure.ts';
import { phaseWords } from '../report/phases.ts';
import type { Ending } from './child.ts';
import { explainFailure, listResources } from './explain.ts';
import type { Explanation } from './known-errors.ts';
import type { BuildState } from './progress.ts';
import { leftBehind, mayBeLeftBehind, type Resource } from './resources.ts';

export interface FailedBuildOptions {
  readonly image: string;
  readonly log: string;
  readonly signal?: AbortSignal;
  readonly killSignal?: AbortSignal;
  /** The ids of the images of this build that exist, finished or not: asked where it fails with one begun. */
  readonly imagesMade?: () => Promise<readonly string[]>;
}

/**
 * A `BuildFailure`, or an `Interruption` where `signal` was aborted; both name what is left behind at AWS.
 */
export async function failureOf(
  options: FailedBuildOptions,
  state: BuildState,
  ending: Ending,
): Promise<Failure> {
  const images = await imagesLeft(options, state);
  if (options.killSignal?.aborted) {
    const left = listResources(withImages(mayBeLeftBehind(state.ledger), images));
    return interrupted(
      options.image,
      `Packer was killed${where(state)}`,
      left && `\`bake reap\` removes what may be left behind: ${left}`,
    );
  }
  const left = listResources(withImages(leftBehind(state.ledger, state.artifacts), images));
  const remains = left && `\`bake reap\` removes what is left behind: ${left}`;
  if (options.signal?.aborted) return interrupted(options.image, `interrupted${where(state)}`, remains);
  const explanation = explain(state, ending);
  const remedy = [explanation.remedy, remains].filter((part) => part !== undefined).join('; ');
  const log = { path: options.log, tail: state.tail };
  const failure: BuildFailure = { kind: 'build', image: options.image, problem: explanation.problem, log };
  return remedy === '' ? failure : { ...failure, remedy };
}

/** What AWS says of images is worth more than what Packer has said. */
function withImages(
  resources: readonly Resource[],
  images: readonly Resource[] | undefined,
): readonly Resource[] {
  if (images === undefined) return resources;
  return [...resources.filter(({ kind }) => kind !== 'image'), ...images];
}

function explain(state: BuildState, { exitCode, startProblem }: Ending): Explanation {
  if (startProblem !== undefined)
    return {
      problem: `Packer can't be started: ${startProblem}`,
      remedy: '`bake doctor` says what is missing',
    };
  if (exitCode === 0)
    return { problem: 'Packer ended without an image', remedy: 'the log says more; bake again' };
  return explainFailure(state, exitCode);
}

/** The user did not want it any more. */
export function interrupted(image: string, problem: string, remedy?: string): Interruption {
  return interruption({ image, problem, ...(remedy === undefined ? {} : { remedy }) });
}

function where({ step, reached }: BuildState): string {
  if (reached === undefined) return '';
  return reached === 'step' ? ` in step ${step}` : ` while ${phaseWords(reached)}`;
}

/** How long the answer is worth waiting for. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Images that exist although the build has failed; undefined where nobody could say. Packer does not remove
 * an image that it has stopped waiting for, and a killed one may not even have said that it began one.
 */
async function imagesLeft(
  { imagesMade }: FailedBuildOptions,
  { reached }: BuildState,
): Promise<readonly Resource[] | undefined> {
  if (imagesMade === undefined || reached !== 'image') return undefined;
  const tooLate = sleep(PATIENCE_MILLISECONDS, undefined, { ref: false });
  const ids = await Promise.race([imagesMade().catch(() => undefined), tooLate]);
  return ids?.map((id) => ({ kind: 'image', id }));
}
