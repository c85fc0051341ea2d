/** `bake images prune`: disables what nobody uses, and deletes what has been disabled for long enough. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, type Failure, fail } from '../failure.ts';
import type { UsedImage, Verdict } from '../images/model.ts';
import { type PruneOptions, planPrune } from '../images/prune.ts';
import { isSelected, type Selection, selectionProblems } from '../images/selection.ts';
import { TAG } from '../plan/tags.ts';
import { pruneLines } from '../report/images/prune.ts';
import { usedImages, withSharing } from '../world/images/everywhere.ts';
import { type ImagesOptions, type ImagesWorld, type OpenSite, openImagesWorld } from './images-world.ts';

export interface PruneCommandOptions extends ImagesOptions {
  readonly role: readonly string[];
  /** `KEY=VALUE` */
  readonly tag: readonly string[];
  readonly keep: number;
  /** Seconds. */
  readonly olderThan: number;
  /** Seconds. */
  readonly grace: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export async function imagesPrune(
  context: Context,
  options: PruneCommandOptions,
  open?: OpenSite,
): Promise<ExitCode> {
  const selection: Selection = { roles: options.role, tags: options.tag.map(readTag) };
  const world = await openImagesWorld(context, options, open);
  const problems = selectionProblems(world.fleet.name, tagged(world), selection);
  if (problems.length > 0) throw new Failed(problems);
  const plan = await planFor(world, pruneOptions(context, world, selection, options));
  const words = { home: world.fleet.region, graceSeconds: options.grace };
  const work = plan.filter(({ action }) => action !== 'keep');
  if (options.dryRun || work.length === 0) {
    context.reporter.result({ images: plan.map(forMachines) }, pruneLines(plan, words));
    return EXIT.done;
  }
  await confirm(context, options, pruneLines(work, words));
  const done = await carryOut(world, plan, context);
  context.reporter.result({ images: done.verdicts.map(forMachines) }, pruneLines(done.verdicts, words));
  if (done.failures.length > 0) throw new Failed(done.failures);
  return EXIT.done;
}

function readTag(text: string): Selection['tags'][number] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { key, value };
  return fail({ kind: 'input', problem: `--tag ${text} has no value`, remedy: 'write --tag KEY=VALUE' });
}

function tagged({ images }: ImagesWorld) {
  return images.map(({ image, tags }) => ({ role: image.role, tags }));
}

function pruneOptions(
  context: Context,
  { fleet, images }: ImagesWorld,
  selection: Selection,
  { keep, olderThan, grace }: PruneCommandOptions,
): PruneOptions {
  const selected = new Set(
    images
      .filter(({ image, tags }) => isSelected({ role: image.role, tags }, selection))
      .map(({ image }) => image),
  );
  return {
    fleet: fleet.name,
    keep,
    olderThanSeconds: olderThan,
    graceSeconds: grace,
    now: context.now().toISOString(),
    isSelected: (image) => selected.has(image),
  };
}

/** Whom an image is shared with costs a call for each, so it is asked only of those that would go. */
async function planFor({ fleet, regions, images }: ImagesWorld, options: PruneOptions): Promise<Verdict[]> {
  const used = await usedImages(fleet, regions, images);
  if (fleet.images.pruneShared) return planPrune(used, options);
  const goes = new Set(
    planPrune(used, options).flatMap(({ action, image }) => (action === 'keep' ? [] : [image])),
  );
  const known = await Promise.all(used.map((one) => (goes.has(one.image) ? withSharing(regions, one) : one)));
  return planPrune(known, options);
}

/** @throws Failed where nobody said yes; `CI=true` is no yes to this */
async function confirm(
  { reporter }: Context,
  { yes }: PruneCommandOptions,
  details: readonly string[],
): Promise<void> {
  if (yes || (await reporter.ask('Disable and delete these images?', details))) return;
  fail({
    kind: 'input',
    problem: 'nothing was changed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
}

interface CarriedOut {
  readonly verdicts: readonly Verdict[];
  readonly failures: readonly Failure[];
}

/** One failing leaves the others going; what is used by now stays. */
async function carryOut(world: ImagesWorld, plan: readonly Verdict[], context: Context): Promise<CarriedOut> {
  const verdicts: Verdict[] = [];
  const failures: Failure[] = [];
  for (const verdict of plan) {
    try {
      if (context.signal.aborted) fail({ kind: 'interrupted', problem: 'interrupted' });
      verdicts.push(await carryOutOne(world, verdict, context));
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      failures.push(...error.failures);
      if (context.signal.aborted) break;
    }
  }
  return { verdicts, failures };
}

async function carryOutOne(world: ImagesWorld, verdict: Verdict, context: Context): Promise<Verdict> {
  if (verdict.action === 'keep') return verdict;
  const { image } = verdict;
  const aws = world.regions.aws(image.region);
  const uses = (await aws.imageUses.of([image.imageId])).get(image.imageId) ?? [];
  if (uses.length > 0)
    return { action: 'keep', image, reason: { kind: 'in-use', uses: placed(image, uses) } };
  if (verdict.action === 'disable') {
    // First, so that what is disabled always says since when.
    await aws.images.tag(image.imageId, { [TAG.disabledAt]: context.now().toISOString() });
    await aws.images.disable(image.imageId);
    return verdict;
  }
  const left = await aws.images.remove(image.imageId);
  if (left.length > 0) {
    context.reporter.emit({
      type: 'notice',
      level: 'warning',
      text: `${image.imageId} is deleted, but snapshots of it are not: ${left.join(', ')}`,
      remedy: 'another image may stand on them; delete them by hand where none does',
    });
  }
  return verdict;
}

function placed({ region }: Verdict['image'], uses: UsedImage['uses']) {
  return uses.map((use) => ({ region, use }));
}

function forMachines(verdict: Verdict): object {
  const { imageId, name, region, role, state } = verdict.image;
  const reason = verdict.action === 'keep' ? { reason: verdict.reason } : {};
  return { imageId, name, region, role, state, action: verdict.action, ...reason };
}
