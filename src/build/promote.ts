/** Carries a promotion out: the regions side by side, the steps of each in their order. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Failed, type Failure, fail, interruption } from '../failure.ts';
import type { ImageRecord } from '../images/model.ts';
import type { PromotionStep, RegionPlan } from '../images/promote.ts';
import { TAG } from '../plan/tags.ts';
import type { Aws } from '../world/aws.ts';

export interface PromoteOptions {
  readonly image: ImageRecord;
  readonly aws: (region: string) => Pick<Aws, 'images' | 'parameters'>;
  readonly signal: AbortSignal;
  readonly onStep: (region: string, step: PromotionStep) => void;
  /** Until the second look at a copy; each further one takes twice as long, up to four seconds. */
  readonly pollMilliseconds?: number;
  /** How long a copy may take; two hours. */
  readonly patienceMilliseconds?: number;
}

export interface RegionOutcome {
  readonly region: string;
  /** Undefined where it was not copied there. */
  readonly imageId: string | undefined;
  /** Empty: all is done. */
  readonly failures: readonly Failure[];
}

/** A region that fails leaves the others going; what it got done stays done. */
export async function promote(
  plans: readonly RegionPlan[],
  options: PromoteOptions,
): Promise<RegionOutcome[]> {
  return Promise.all(plans.map((plan) => promoteIn(plan, options)));
}

async function promoteIn(plan: RegionPlan, options: PromoteOptions): Promise<RegionOutcome> {
  let { imageId } = plan;
  try {
    for (const step of plan.steps) {
      if (options.signal.aborted) fail(interruption({ problem: `interrupted in ${plan.region}` }));
      options.onStep(plan.region, step);
      imageId = await take(step, plan.region, imageId, options);
    }
    return { region: plan.region, imageId, failures: [] };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { region: plan.region, imageId, failures: error.failures };
  }
}

/** Returns the id of the region's image, which a step may have made. */
async function take(
  step: PromotionStep,
  region: string,
  known: string | undefined,
  options: PromoteOptions,
): Promise<string | undefined> {
  const { images, parameters } = options.aws(region);
  if (step.kind === 'copy') {
    const { region: from, imageId, name } = options.image;
    const copy = await images.copy({ region: from, imageId, name, kmsKey: step.kmsKey });
    return untilAvailable(copy, region, options);
  }
  if (step.kind === 'discard') {
    await images.remove(step.imageId);
    return known;
  }
  const imageId = known ?? missing(region);
  switch (step.kind) {
    case 'await':
      return untilAvailable(step.imageId, region, options);
    case 'share':
      await images.share(imageId, step.accounts);
      break;
    case 'publish':
      await parameters.write({
        name: step.name,
        value: step.value ?? imageId,
        version: step.version,
        dataType: step.value === undefined ? 'aws:ec2:image' : 'text',
      });
      break;
    case 'retire':
      await images.deprecate(step.imageId, step.deprecateAt);
      await images.tag(step.imageId, { [TAG.state]: 'retired' });
      break;
  }
  return imageId;
}

function missing(region: string): never {
  throw new Error(`a step in ${region} comes before the image is there`);
}

const POLL_MILLISECONDS = 1000;
const LONGEST_POLL_MILLISECONDS = 4000;
const PATIENCE_MILLISECONDS = 2 * 60 * 60 * 1000;

async function untilAvailable(
  imageId: string,
  region: string,
  {
    aws,
    signal,
    pollMilliseconds = POLL_MILLISECONDS,
    patienceMilliseconds = PATIENCE_MILLISECONDS,
  }: PromoteOptions,
): Promise<string> {
  let pause = pollMilliseconds;
  for (let waited = 0; waited < patienceMilliseconds; waited += pause) {
    const status = (await aws(region).images.describe(imageId))?.image.status ?? 'pending';
    if (status === 'available') return imageId;
    if (status === 'disabled') refuse(imageId, region, 'it is disabled', enabling(imageId, region));
    if (status !== 'pending') refuse(imageId, region, `it is ${status}`, 'the EC2 console says why');
    await sleep(pause, undefined, { signal }).catch(() => interrupted(imageId, region));
    pause = Math.min(pause * 2, LONGEST_POLL_MILLISECONDS);
  }
  return refuse(imageId, region, 'it does not become available', 'look at it in the EC2 console');
}

function interrupted(imageId: string, region: string): never {
  return fail({
    kind: 'interrupted',
    problem: `interrupted in ${region}, where ${imageId} is being copied`,
    remedy: 'run the same command again: it waits for the copy',
  });
}

function enabling(imageId: string, region: string): string {
  return `aws ec2 enable-image --region ${region} --image-id ${imageId}`;
}

function refuse(imageId: string, region: string, why: string, remedy: string): never {
  return fail({
    kind: 'aws',
    operation: 'ec2:CopyImage',
    code: 'CopyFailed',
    problem: `the copy ${imageId} in ${region} can't be used: ${why}`,
    remedy,
  });
}
