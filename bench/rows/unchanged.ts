import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import {
  CreateImageCommand,
  DescribeImagesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { standIn } from '../../rehearsal/src/stand-in.ts';
import { type PreparedImage, prepare } from '../../src/build/prepare.ts';
import { currentVersions } from '../../src/build/prepare-with-tools.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import { generationOf } from '../../src/plan/decide.ts';
import { planImages } from '../../src/plan/images.ts';
import { TAG } from '../../src/plan/tags.ts';
import { renderWorkspace } from '../../src/render/workspace.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { cacheFolder, openCache } from '../../src/world/cache.ts';
import type { OwnRehearsal } from '../../test/support/own-rehearsal.ts';
import { fleetOf, MARK, roleName } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { packerDuring } from '../packer-alone.ts';
import { done } from '../world.ts';

const ROLES = 50;
const CALLS = 3;
const FASTER = 100;
const TIMES = 5;

export const unchanged: Row = {
  name: 'unchanged',
  what: `nothing changed, ${ROLES} roles, one source image, one region`,
  goal: `≤ ${CALLS} read calls, 0 mutating, no Packer; ≥ ${FASTER} times faster than one bake`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const rehearsing = await world.rehearsal();
  const folder = join(world.scratch, 'unchanged');
  await mkdir(folder);
  await writeFile(join(folder, 'bake.yaml'), fleetOf('unchanged', ROLES));
  await writeFile(join(folder, 'mark.sh'), MARK);
  world.say(`  baking one of the roles`);
  const bakeOne = () => rehearsing.bake(['--role', roleName(1), '--flat', '--force', '--no-verify'], folder);
  // The first one also gets the source image into the rehearsal.
  done(await bakeOne());
  const one = done(await bakeOne());
  world.say(`  making ${ROLES + 1} images with the tags that bakes would give them`);
  await makeImages(rehearsing, join(folder, 'bake.yaml'));

  let calls: string[] = [];
  const seconds = await fastest(async () => {
    await rehearsing.calls();
    const all = done(await rehearsing.bake(['--all', '--no-verify'], folder));
    calls = await rehearsing.calls();
    const ended = all.events.filter(({ type }) => type === 'image.finished');
    const baked = ended.filter(({ outcome }) => (outcome as { kind: string }).kind !== 'up-to-date');
    if (ended.length !== ROLES + 1 || baked.length > 0) throw new Error('not every image was up to date');
    return all.seconds;
  });
  const { command } = await packerDuring(rehearsing.bake(['--all', '--no-verify'], folder));
  const listing = await fastest(async () => done(await rehearsing.bake(['images', 'list'], folder)).seconds);
  const mutating = calls.filter((call) => !/:(Describe|Get|List)/.test(call));
  const ratio = one.seconds / seconds;
  return {
    figure: `${calls.length} calls (${calls.join(', ')}), ${mutating.length} mutating, ${command === undefined ? 'no Packer' : '**Packer ran**'}; ${seconds.toFixed(2)} s, ${ratio.toFixed(0)} times faster than a bake of ${one.seconds.toFixed(1)} s`,
    met: calls.length <= CALLS && mutating.length === 0 && command === undefined && ratio >= FASTER,
    note: `The bake is one role with its base in one image (\`--flat\`), with the stand-in for OSSEC: the shortest that there is. To compare: \`bake images list\`, which reads the same fleet file, asks once and neither plans nor renders, takes ${listing.toFixed(2)} s there.`,
    numbers: {
      ...{ calls: calls.length, mutating: mutating.length, seconds },
      ...{ bakeSeconds: one.seconds, listSeconds: listing },
    },
  };
}

async function fastest(turn: () => Promise<number>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time += 1) seconds = Math.min(seconds, await turn());
  return seconds;
}

/** As if all had been baked: one disk under every name. */
async function makeImages({ ec2 }: Pick<OwnRehearsal, 'ec2'>, file: string): Promise<void> {
  const source = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: ['debian-12-amd64-*'] }] }),
  );
  const newest = (source.Images ?? []).toSorted((a, b) =>
    (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''),
  )[0];
  const ImageId = newest?.ImageId ?? '';
  const launched = await ec2.send(
    new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );
  const InstanceId = launched.Instances?.[0]?.InstanceId ?? '';
  const patience = { client: ec2, minDelay: 1, maxDelay: 1, maxWaitTime: 60 };
  await waitUntilInstanceRunning(patience, { InstanceIds: [InstanceId] });
  for (const image of await preparedImages(file, {
    imageId: ImageId,
    rootDeviceName: newest?.RootDeviceName ?? '',
  })) {
    const Tags = Object.entries(tagsOf(image)).map(([Key, Value]) => ({ Key, Value }));
    await ec2.send(
      new CreateImageCommand({
        InstanceId,
        Name: image.imageName,
        TagSpecifications: [{ ResourceType: 'image', Tags }],
      }),
    );
  }
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
}

async function preparedImages(
  file: string,
  found: { readonly imageId: string; readonly rootDeviceName: string },
): Promise<readonly PreparedImage[]> {
  const [{ fleet }, assets] = await Promise.all([loadFleet(file, process.env), loadAssets()]);
  const plans = planImages(fleet, fleet.roles, { flat: false });
  const source = { ...found, name: '', ownerId: '' };
  const none = { sourceImage: async () => source, fleetImages: async () => [] };
  const { images } = await prepare({
    fleet,
    images: plans.map((plan) => ({ plan, workspace: renderWorkspace(fleet, plan, assets) })),
    site: { rehearsal: true, aws: none, standIn: () => standIn(openCache(cacheFolder(process.env))) },
    tools: await currentVersions({ environment: process.env }),
    force: false,
    maxAgeSeconds: undefined,
    now: new Date().toISOString(),
  });
  return images;
}

function tagsOf({ plan, fingerprint, decision }: PreparedImage): Record<string, string> {
  return {
    [TAG.fleet]: 'unchanged',
    [TAG.role]: plan.name,
    [TAG.fingerprint]: fingerprint,
    [TAG.generation]: String(generationOf(decision)),
    [TAG.state]: 'unproven',
    [TAG.run]: 'bench',
  };
}
