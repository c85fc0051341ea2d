/** `bake images prune`: disables what nobody uses, and deletes what has been disabled for long enough. */

import { prune } from '../build/prune.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, fail } from '../failure.ts';
import type { Verdict } from '../images/model.ts';
import { onlyAgreed, type PruneOptions, planPrune } from '../images/prune.ts';
import { isSelected, type Selection, selectionProblems } from '../images/selection.ts';
import { pruneLines } from '../report/images/prune.ts';
import { imagesEverywhere, usedImages, withSharing } from '../world/images/everywhere.ts';
import { confirm } from './confirm.ts';
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
  const look = (now: ImagesWorld) => planFor(now, pruneOptions(context, now, selection, options));
  const plan = await look(world);
  const words = { home: world.fleet.region, graceSeconds: options.grace, isDone: false };
  const work = plan.filter(({ action }) => action !== 'keep');
  if (options.dryRun || work.length === 0) {
    context.reporter.result({ images: plan.map(forMachines) }, pruneLines(plan, words));
    return EXIT.done;
  }
  await confirm(context, {
    question: 'Disable and delete these images?',
    lines: pruneLines(work, words),
    problem: 'nothing was changed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
  const agreed = context.yes ? plan : onlyAgreed(plan, await look(await anew(world)));
  const { verdicts, failures } = await prune(agreed, {
    aws: world.regions.aws,
    now: context.now,
    signal: context.signal,
    emit: context.reporter.emit,
  });
  const lines = pruneLines(verdicts, { ...words, isDone: true });
  context.reporter.result({ images: verdicts.map(forMachines) }, lines);
  if (failures.length > 0) throw new Failed(failures);
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

/** While somebody thought about it, an image may have been promoted, shared or used. */
async function anew(world: ImagesWorld): Promise<ImagesWorld> {
  return { ...world, images: await imagesEverywhere(world.fleet, world.regions) };
}

function forMachines(verdict: Verdict): object {
  const { imageId, name, region, role, state } = verdict.image;
  const reason = verdict.action === 'keep' ? { reason: verdict.reason } : {};
  return { imageId, name, region, role, state, action: verdict.action, ...reason };
}
