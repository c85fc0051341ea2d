/** The image that another run has made, or is making, in the place of one of ours. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { BakeEvent, Emit } from '../events.ts';
import { fail, interruption } from '../failure.ts';
import type { ExistingImage } from '../plan/decide.ts';
import { generationOf } from '../plan/decide.ts';
import type { PreparedImage } from './prepare.ts';

export interface AdoptOptions {
  /** The image of that name; undefined where there is none, or none that carries bake's tags yet. */
  readonly find: (name: string) => Promise<ExistingImage | undefined>;
  /** What this run made itself is not adopted. */
  readonly runId: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Between two looks. */
  readonly pollMilliseconds?: number;
  /** How long the image may be pending; an hour, as a bake's own. */
  readonly patienceMilliseconds?: number;
}

const POLL_MILLISECONDS = 5000;
const PATIENCE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Waits until another run's image is available; undefined where there is none.
 * @throws Failed where it fails, is not what it should be, or is pending for too long
 */
export async function adopt(image: PreparedImage, options: AdoptOptions): Promise<ExistingImage | undefined> {
  const { pollMilliseconds = POLL_MILLISECONDS, patienceMilliseconds = PATIENCE_MILLISECONDS } = options;
  const looks = Math.ceil(patienceMilliseconds / pollMilliseconds);
  for (let look = 0; look < looks; look += 1) {
    const found = await options.find(image.imageName);
    if (found === undefined || found.run === options.runId) return undefined;
    if (!isTheSame(image, found)) refuse(image, found, 'its tags say that it is another image');
    if (found.available) return found;
    if (!found.pending) refuse(image, found, 'it failed or was disabled');
    if (look === 0) options.emit(waitingFor(image, found));
    await sleep(pollMilliseconds, undefined, { signal: options.signal }).catch(() =>
      interrupted(image, found),
    );
  }
  return fail({
    kind: 'build',
    image: image.plan.name,
    problem: `another run is making ${image.imageName}, which does not become available`,
    remedy: 'run the same command again later',
  });
}

/** Whoever has just killed a bake and starts it again would wait for nobody. */
function waitingFor({ plan }: PreparedImage, { imageId, name, run }: ExistingImage): BakeEvent {
  return {
    type: 'notice',
    level: 'info',
    text: `${plan.name}: waiting for ${imageId} (${name}), which ${run === '' ? 'another run' : `run ${run}`} is making`,
    remedy:
      'if that run was killed, interrupt this one and bake with --force; `bake reap` removes what it left',
  };
}

function interrupted({ plan }: PreparedImage, { imageId }: ExistingImage): never {
  return fail(
    interruption({
      image: plan.name,
      problem: `interrupted while waiting for ${imageId}, which another run is making`,
    }),
  );
}

function isTheSame(image: PreparedImage, found: ExistingImage): boolean {
  return (
    found.role === image.plan.name &&
    found.fingerprint === image.fingerprint &&
    found.generation === generationOf(image.decision)
  );
}

function refuse(image: PreparedImage, { imageId }: ExistingImage, why: string): never {
  fail({
    kind: 'build',
    image: image.plan.name,
    problem: `${imageId} has the name ${image.imageName}, and can't be used: ${why}`,
    remedy: `run the same command again, or deregister ${imageId} if it has that name wrongly`,
  });
}
