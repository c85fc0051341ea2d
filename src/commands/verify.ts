/** `bake verify`: boots an image to prove it; it becomes golden, or it is said why not. */

import { openProve } from '../build/prove.ts';
import { openReports } from '../build/reports.ts';
import { makeRunFolder, newRunId } from '../build/run-folder.ts';
import { openVerifier } from '../build/verifier.ts';
import type { Context, Environment } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import type { Role } from '../fleet/model.ts';
import type { ImageRecord } from '../images/model.ts';
import { newestImage } from '../images/reasons.ts';
import { ensureTools } from '../packer/tools.ts';
import { BASE } from '../plan/model.ts';
import { refuseLoudVerification } from '../verify/quiet.ts';
import { soughtSecrets } from '../verify/sought.ts';
import { loadAssets } from '../world/assets.ts';
import { cacheFolder, openCache } from '../world/cache.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import { selectRoles } from './fleet-options.ts';
import { findImage, type ImagesOptions, type ImagesWorld, openImagesWorld } from './images-world.ts';

export interface VerifyOptions extends ImagesOptions {
  readonly role?: string;
  /** AMI id or name. */
  readonly image?: string;
}

export async function verify(context: Context, options: VerifyOptions): Promise<ExitCode> {
  if ((options.role === undefined) === (options.image === undefined)) nothingNamed();
  const startedAt = context.now();
  const world = await openImagesWorld(context, options);
  const { fleet, site } = world;
  const { role, image } = chosen(world, options);
  refuseLoudVerification(fleet, [role]);
  const { environment, signal, reporter } = context;
  const cache = openCache(cacheFolder(environment), reporter.emit, signal);
  const fleetFolder = fleetFolderOf(context, options.file);
  const runId = newRunId(startedAt);
  const assets = await loadAssets();
  const prove = openProve({
    verify: openVerifier({
      ...{ context, fleet, site, assets, runId },
      secrets: secretsHere(soughtSecrets(fleet, role), environment),
      tools: await ensureTools({ cache, environment, emit: reporter.emit, signal }),
      runFolder: await makeRunFolder(fleetFolder, runId),
    }),
    store: openReports(fleetFolder, { fleet, objects: site.aws.objects }),
    tag: site.aws.images.tag,
    assets,
    emit: reporter.emit,
  });
  const { imageId, name: imageName, fingerprint } = image;
  reporter.emit({
    type: 'run.started',
    ...{ runId, fleet: fleet.name, rehearsal: site.rehearsal, images: [role.name] },
  });
  const state = await prove({ role, imageId, imageName, fingerprint });
  reporter.result({ image: role.name, imageId, imageName, state }, [
    `${role.name}  ${imageId}  ${imageName}  ${state}`,
  ]);
  return EXIT.done;
}

/** Those that this machine knows; what it does not know is not looked for, and said. */
function secretsHere(names: readonly string[], environment: Environment): Map<string, string> {
  return new Map(names.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : [])));
}

function nothingNamed(): never {
  fail({
    kind: 'input',
    problem: 'an image is verified at a time, and exactly one of --role and --image names it',
    remedy: 'use --role NAME for its newest image, or --image AMI',
  });
}

interface Chosen {
  readonly role: Role;
  readonly image: ImageRecord;
}

function chosen(world: ImagesWorld, { role, image }: VerifyOptions): Chosen {
  const { fleet, images } = world;
  if (role !== undefined) {
    const [named] = selectRoles(fleet, { role: [role], all: false });
    const ofRole = images.map((tagged) => tagged.image).filter((one) => isUsable(one, role, fleet.region));
    const found = newestImage(ofRole);
    if (named === undefined || found === undefined) return noImage(role);
    return { role: named, image: found };
  }
  const found = findImage(world, image ?? '').image;
  const named = fleet.roles.find(({ name }) => name === found.role);
  return named === undefined ? notOfARole(found) : { role: named, image: found };
}

function isUsable(image: ImageRecord, role: string, region: string): boolean {
  return image.role === role && image.region === region && image.available && image.state !== 'retired';
}

function noImage(role: string): never {
  fail({
    kind: 'input',
    problem: `there is no image of ${role} to verify`,
    remedy: `bake one: \`bake --role ${role}\` verifies it at its end`,
  });
}

function notOfARole({ imageId, role }: ImageRecord): never {
  const isBase = role === BASE;
  fail({
    kind: 'input',
    problem: isBase
      ? `${imageId} is the base image, which no instance boots and whose OSSEC is off`
      : `${imageId} is of the role ${role}, which the fleet file does not have`,
    remedy: isBase
      ? 'verify an image of a role, which stands on it'
      : 'verify it with the fleet file that it was baked from',
  });
}
