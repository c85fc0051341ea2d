/** Bakes what has been prepared: base first, then the roles side by side; one failing leaves the others going. */

import pMap from 'p-map';
import type { Emit, ImageOutcome } from '../events.ts';
import { Failed, fail } from '../failure.ts';
import type { ExistingImage } from '../plan/decide.ts';
import { BASE } from '../plan/model.ts';
import type { PreparedImage } from './prepare.ts';

export interface RunOptions {
  readonly images: readonly PreparedImage[];
  /** The AMI of the fleet's source image. */
  readonly sourceAmi: string;
  /** How many roles are baked at a time. */
  readonly concurrency: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Bakes one image from an AMI and returns the new one's id. */
  readonly bake: (image: PreparedImage, sourceAmi: string) => Promise<BakedImage>;
  /**
   * The image that another run has made in its place, once it is available; undefined where there is none.
   * @throws Failed where it never becomes available
   */
  readonly adopt: (image: PreparedImage) => Promise<ExistingImage | undefined>;
  /** Proves a role's image that is a candidate or has just been baked, and returns its new state; undefined: none is. */
  readonly prove: ((image: PreparedImage, made: MadeImage) => Promise<string>) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface BakedImage {
  readonly imageId: string;
  readonly state: string;
}

/** An image that exists now. */
export type MadeImage = Extract<ImageOutcome, { readonly imageId: string }>;

/** What became of each image, by name, in the order of the plan. */
export type Outcomes = ReadonlyMap<string, ImageOutcome>;

export async function runImages(options: RunOptions): Promise<Outcomes> {
  const [first] = options.images;
  const base = first?.plan.name === BASE ? first : undefined;
  const outcomes = new Map<string, ImageOutcome>();
  if (base !== undefined) outcomes.set(BASE, await runImage(base, options.sourceAmi, options));
  const roles = options.images.filter((image) => image !== base);
  await pMap(
    roles,
    async (role) => {
      outcomes.set(role.plan.name, await runRole(role, outcomes.get(BASE), options));
    },
    { concurrency: options.concurrency },
  );
  return new Map(options.images.map(({ plan }) => [plan.name, outcomes.get(plan.name) ?? NEVER]));
}

const INTERRUPTED: ImageOutcome = { kind: 'not-started', reason: 'interrupted' };
const NO_BASE: ImageOutcome = { kind: 'not-started', reason: 'there is no base image to start from' };
const NEVER: ImageOutcome = { kind: 'not-started', reason: 'the run ended before' };

async function runRole(
  role: PreparedImage,
  base: ImageOutcome | undefined,
  options: RunOptions,
): Promise<ImageOutcome> {
  if (role.plan.origin.kind === 'source') return runImage(role, options.sourceAmi, options);
  if (base !== undefined && 'imageId' in base) return runImage(role, base.imageId, options);
  return finish(role, options.signal.aborted ? INTERRUPTED : NO_BASE, 0, options);
}

async function runImage(image: PreparedImage, sourceAmi: string, options: RunOptions): Promise<ImageOutcome> {
  const startedAt = options.now();
  const outcome = options.signal.aborted ? INTERRUPTED : await bakeAndProve(image, sourceAmi, options);
  return finish(image, outcome, options.now() - startedAt, options);
}

function finish(
  image: PreparedImage,
  outcome: ImageOutcome,
  milliseconds: number,
  { emit }: RunOptions,
): ImageOutcome {
  emit({ type: 'image.finished', image: image.plan.name, outcome, milliseconds });
  return outcome;
}

async function bakeAndProve(
  image: PreparedImage,
  sourceAmi: string,
  options: RunOptions,
): Promise<ImageOutcome> {
  try {
    return await proven(image, await bakeOrAdopt(image, sourceAmi, options), options);
  } catch (error) {
    const failure = error instanceof Failed ? error.failures[0] : undefined;
    if (failure === undefined) throw error;
    return { kind: 'failed', failure };
  }
}

async function bakeOrAdopt(image: PreparedImage, sourceAmi: string, options: RunOptions): Promise<MadeImage> {
  if (image.decision.kind === 'bake') return bakeFirst(image, sourceAmi, options);
  return upToDate(await settled(image, image.decision.image, options));
}

async function proven(image: PreparedImage, made: MadeImage, { prove }: RunOptions): Promise<ImageOutcome> {
  if (prove === undefined || !isToProve(image, made)) return made;
  return { ...made, state: await prove(image, made) };
}

/** No instance boots the base image. One with the stand-in is looked at once, when it was baked. */
function isToProve({ plan }: PreparedImage, { kind, state }: MadeImage): boolean {
  return plan.name !== BASE && (state === 'candidate' || (kind === 'baked' && state === 'unproven'));
}

/**
 * Two runs that bake the same thing give their images one name, which AWS gives only once. Whoever comes
 * second takes the first one's image, whatever it is that its own bake has failed with.
 */
async function bakeFirst(image: PreparedImage, sourceAmi: string, options: RunOptions): Promise<MadeImage> {
  try {
    return { kind: 'baked', imageName: image.imageName, ...(await options.bake(image, sourceAmi)) };
  } catch (error) {
    if (!(error instanceof Failed) || options.signal.aborted) throw error;
    const adopted = await options.adopt(image);
    if (adopted === undefined) throw error;
    options.emit({
      type: 'notice',
      level: 'info',
      text: `${image.plan.name}: another run has baked ${adopted.name} meanwhile; its image is taken`,
    });
    return upToDate(adopted);
  }
}

/** An image that another run is still making is waited for. */
async function settled(
  image: PreparedImage,
  found: ExistingImage,
  { adopt }: RunOptions,
): Promise<ExistingImage> {
  if (!found.pending) return found;
  const adopted = await adopt(image);
  if (adopted !== undefined) return adopted;
  return fail({
    kind: 'build',
    image: image.plan.name,
    problem: `another run was making ${found.name}, and it is gone`,
    remedy: 'run the same command again',
  });
}

function upToDate({ imageId, name, state }: ExistingImage): MadeImage {
  return { kind: 'up-to-date', imageId, imageName: name, state };
}
