/** `bake ossec bundle`: puts there what `bake ossec push` lets instances fetch. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import type { Bundle } from '../instances/push/bundle.ts';
import { bundleKey } from '../instances/push/document.ts';
import { PLATFORM } from '../trees/model.ts';
import { loadAssets } from '../world/assets.ts';
import { formatObjectAddress, type ObjectFolder, parseObjectFolder } from '../world/s3.ts';
import { openSite, type Site } from '../world/site.ts';
import { type RoleOptions, selectRoles } from './fleet-options.ts';
import { loadForCommand } from './load.ts';
import { openLayers } from './push-layers.ts';

export interface BundleOptions extends Omit<RoleOptions, 'flat'> {
  /** Also with OSSEC itself, for these platforms. */
  readonly platform: readonly string[];
  readonly rehearse: boolean;
}

export async function ossecBundle(context: Context, options: BundleOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const place = placeOf(fleet);
  for (const platform of options.platform) if (!PLATFORM.test(platform)) noPlatform(platform);
  const roles = selectRoles(fleet, options);
  const site = await openSite(context, { rehearse: options.rehearse, region: fleet.region });
  const layers = await openLayers(context, { fleet, site, assets: await loadAssets(), file: options.file });
  const results = [];
  for (const role of roles) {
    for (const platform of [undefined, ...options.platform]) {
      const bundle = await layers.bundle(role, platform);
      const isNew = await publish(site, place, bundle);
      const address = formatObjectAddress({ bucket: place.bucket, key: bundleKey(place, bundle.sha256) });
      results.push({ role: role.name, platform, sha256: bundle.sha256, address, isNew });
    }
  }
  context.reporter.result(
    results,
    results.map(
      ({ role, platform, address, isNew }) =>
        `${role}${platform === undefined ? '' : `, with OSSEC for ${platform}`}: ${address}${isNew ? '' : ' (was there)'}`,
    ),
  );
  return EXIT.done;
}

export function placeOf({ ossec: { bundles } }: Fleet): ObjectFolder {
  if (bundles !== undefined) return parseObjectFolder(bundles);
  return fail({
    kind: 'input',
    problem: 'the fleet file does not say where instances fetch what is pushed',
    remedy: 'set `ossec.bundles: s3://BUCKET/PREFIX`; docs/push.md says who may write there',
  });
}

/** A bundle is never replaced: its name is its digest. Returns whether it is new. */
export function publish({ aws }: Site, place: ObjectFolder, { sha256, content }: Bundle): Promise<boolean> {
  return aws.objects.create({ bucket: place.bucket, key: bundleKey(place, sha256) }, content);
}

function noPlatform(name: string): never {
  fail({
    kind: 'input',
    problem: `${JSON.stringify(name)} is no platform`,
    remedy: 'platforms are called like debian-12-amd64',
  });
}
