/** `bake images promote`: a golden image becomes the one that everybody gets. */

import { promote } from '../build/promote.ts';
import { openReports } from '../build/reports.ts';
import { requireProof } from '../build/require-proof.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, fail } from '../failure.ts';
import type { ImageRecord } from '../images/model.ts';
import {
  type PromotionState,
  type PublishedParameter,
  parameterNames,
  planPromotion,
} from '../images/promote.ts';
import { promotionProblems } from '../images/promotion-problems.ts';
import { promotionLines, stepWords } from '../report/images/promote.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import {
  findImage,
  type ImagesOptions,
  type ImagesWorld,
  inRegion,
  type OpenSite,
  openImagesWorld,
  requireRoles,
} from './images-world.ts';

export interface PromoteCommandOptions extends ImagesOptions {
  readonly role?: string;
  readonly image?: string;
  readonly dryRun: boolean;
}

export async function imagesPromote(
  context: Context,
  options: PromoteCommandOptions,
  open?: OpenSite,
): Promise<ExitCode> {
  const world = await openImagesWorld(context, options, open);
  const image = chosenImage(world, options);
  const fleetFolder = fleetFolderOf(context, options.file);
  const reports = openReports(fleetFolder, { fleet: world.fleet, objects: world.site.aws.objects });
  await requireProof(image, reports, context.reporter.emit);
  const problems = promotionProblems(image, {
    images: world.images.map((tagged) => tagged.image),
    settings: world.fleet.images,
    awsKeys: await awsKeys(world, image),
  });
  if (problems.length > 0) throw new Failed(problems);
  const plans = planPromotion(await stateOf(world, image), world.fleet.images, context.now().toISOString());
  if (options.dryRun) {
    context.reporter.result({ image: image.imageId, regions: plans }, promotionLines(plans));
    return EXIT.done;
  }
  const outcomes = await promote(plans, {
    image,
    aws: world.regions.aws,
    signal: context.signal,
    onStep: (region, step) =>
      context.reporter.emit({ type: 'notice', level: 'info', text: `${region}: ${stepWords(step)}` }),
  });
  context.reporter.result(
    { image: image.imageId, regions: outcomes },
    outcomes.map(({ region, imageId, failures }) =>
      quoteTerminal(`${region}  ${imageId ?? '-'}  ${failures.length === 0 ? 'promoted' : 'not finished'}`),
    ),
  );
  const failures = outcomes.flatMap(({ region, failures: all }) =>
    all.map((failure) => inRegion(region, failure)),
  );
  if (failures.length > 0) throw new Failed(failures);
  return EXIT.done;
}

/** The image that is named, or the newest golden one of the role. */
function chosenImage(world: ImagesWorld, { role, image }: PromoteCommandOptions): ImageRecord {
  if ((role === undefined) === (image === undefined)) {
    fail({
      kind: 'input',
      problem: 'what is to be promoted was not said, or twice',
      remedy: 'use --role NAME for its newest golden image, or --image AMI',
    });
  }
  if (image !== undefined) return findImage(world, image).image;
  requireRoles(world, [role ?? '']);
  const golden = world.images
    .map((tagged) => tagged.image)
    .filter((one) => one.region === world.fleet.region && one.role === role && one.state === 'golden')
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
  return (
    golden ??
    fail({
      kind: 'input',
      problem: `the role ${role} has no golden image`,
      remedy: 'bake and prove one; `bake images list` shows what there is',
    })
  );
}

/** `REGION KEY`. Only where it matters: without accounts to share with, any key will do. */
async function awsKeys({ fleet, regions, images }: ImagesWorld, { name }: ImageRecord): Promise<Set<string>> {
  if (fleet.images.accounts.length === 0) return new Set();
  const used = images.flatMap(({ image }) =>
    image.name === name ? image.snapshots.map(({ kmsKey }) => ({ region: image.region, kmsKey })) : [],
  );
  const all = [...used, ...fleet.images.regions].flatMap(({ region, kmsKey }) =>
    kmsKey === undefined ? [] : `${region} ${kmsKey}`,
  );
  const unique = [...new Set(all)];
  const managed = await Promise.all(
    unique.map((entry) => {
      const [region = '', key = ''] = entry.split(' ');
      return regions.aws(region).keys.isManagedByAws(key);
    }),
  );
  return new Set(unique.filter((_, index) => managed[index] === true));
}

async function stateOf({ fleet, regions, images }: ImagesWorld, image: ImageRecord): Promise<PromotionState> {
  const records = images.map((tagged) => tagged.image);
  const family = records.filter(({ name }) => name === image.name);
  const isShared = fleet.images.accounts.length > 0;
  // AWS says it only of images that are finished.
  const finished = family.filter(({ status }) => status === 'available');
  const shared = await Promise.all(
    (isShared ? finished : []).map(
      async ({ imageId, region }): Promise<[string, readonly string[]]> => [
        imageId,
        await regions.aws(region).images.sharedWith(imageId),
      ],
    ),
  );
  const names = Object.values(parameterNames(fleet.images, image.role) ?? {});
  const parameters = await Promise.all(
    regions.names.map(async (region): Promise<Array<[string, PublishedParameter]>> => {
      const found = await regions.aws(region).parameters.read(names);
      return [...found].map(([name, parameter]) => [`${region} ${name}`, parameter]);
    }),
  );
  return { image, images: records, shared: new Map(shared), parameters: new Map(parameters.flat()) };
}
