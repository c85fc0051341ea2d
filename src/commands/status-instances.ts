/** `bake status --instances`: running instances, compared with the fleet file. Changes nothing. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { lookDocument } from '../instances/documents.ts';
import { statusOfInstances } from '../instances/drift.ts';
import { instancesOf } from '../instances/find.ts';
import { lookAtState } from '../instances/look.ts';
import { TAG } from '../plan/tags.ts';
import { instanceLines } from '../report/instances/status.ts';
import { loadAssets } from '../world/assets.ts';
import { openSite } from '../world/site.ts';
import { commandDoors, endOfAsking, installInRehearsal } from './instances-world.ts';
import { loadForCommand } from './load.ts';
import { openLayers } from './push-layers.ts';
import { findTargets } from './rollout-targets.ts';
import type { StatusCommandOptions } from './status.ts';

/** Without `--role`, every role that has groups is meant. Exit code 10: something differs. */
export async function statusOfRunning(
  context: Context,
  options: StatusCommandOptions,
  open: typeof openSite = openSite,
): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const role =
    options.role.length > 0
      ? options.role
      : fleet.roles
          .filter(({ groups, groupTags }) => groups.length > 0 || Object.keys(groupTags).length > 0)
          .map(({ name }) => name);
  const site = await open(context, { rehearse: options.rehearse, region: fleet.region });
  const assets = await loadAssets();
  const look = lookDocument(assets);
  await installInRehearsal(site, [look]);
  const instances = instancesOf(await findTargets(site.aws.rollouts, fleet, { ...options, role, group: [] }));
  const ids = instances.map(({ id }) => id);
  const [layers, looked, described, images] = await Promise.all([
    openLayers(context, { fleet, site, assets, file: options.file }),
    lookAtState(commandDoors(context, site), look, ids),
    site.aws.instances.describe(ids),
    site.aws.fleetImages(fleet.name),
  ]);
  const known = new Map(described.map((one) => [one.id, one]));
  const statuses = statusOfInstances(instances, {
    looked,
    ossec: layers.ossec,
    layerOf: (instance) => layers.of(instance.role),
    imageIdOf: (id) => known.get(id)?.imageId,
    imageNameOf: (imageId) => images.find((image) => image.imageId === imageId)?.name,
    tagOf: (id, key) => known.get(id)?.tags.get(TAG[key]),
  });
  context.reporter.result({ instances: statuses }, instanceLines(statuses));
  const differs = statuses.some(({ change, down }) => change?.kind !== 'none' || down.length > 0);
  return endOfAsking(context, differs && options.exitCode ? EXIT.somethingToDo : EXIT.done);
}
