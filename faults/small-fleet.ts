/** A fleet of one role, in a folder of its own: as small as one can be. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  EC2Client,
  type Image,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Caller } from '../test/support/aws-by-hand.ts';
import { type Bake, type Control, type Ended, startBake } from '../test/support/own-rehearsal.ts';
import { setUpForeign } from './foreign.ts';
import type { World } from './model.ts';
import { onceIn } from './once.ts';
import { type IsExpected, type Stock, takeStock } from './stock.ts';
import { PROGRAM } from './world.ts';

/** One image of one role. */
export const BAKE = ['--role', 'web', '--flat', '--no-verify'];

export interface SmallFleet {
  readonly name: string;
  readonly folder: string;
  readonly caller: Caller;
  readonly control: Control;
  readonly ec2: EC2Client;
  /** Runs bake in the rehearsal to its end. */
  readonly bake: Bake;
  /** Starts bake in the rehearsal, in a process group of its own. */
  readonly start: (args: readonly string[]) => ReturnType<typeof startBake>;
  /** Writes the fleet file; `parts`: its lines beside fleet, region, source and builder. */
  readonly write: (parts?: string) => Promise<void>;
  /** Writes `steps/NAME.sh`, for a role's step that bash runs as root. */
  readonly writeStep: (name: string, script: string) => Promise<void>;
  /** The fleet's images, finished or not. */
  readonly images: () => Promise<Image[]>;
  readonly removeImages: () => Promise<void>;
  /** All that there is in its region. */
  readonly stock: () => Promise<Stock>;
}

const PLAIN = 'roles: { web: {} }\n';

/** Beside somebody else's things. `name`: of the fleet and of its folder. */
export async function openSmallFleet(world: World, name: string, region: string): Promise<SmallFleet> {
  await foreignOnce(world, region);
  return openAlone(world, name, region);
}

export async function openAlone(world: World, name: string, region: string): Promise<SmallFleet> {
  const folder = join(world.scratch, name);
  await mkdir(folder);
  const { caller, control, bake } = await world.rehearsal();
  const ec2 = new EC2Client({ ...caller, region });
  const write = (parts = PLAIN) => writeFile(join(folder, 'bake.yaml'), fleetFile(name, region, parts));
  await write();
  const { environment } = world;
  const images = async () => {
    const Filters = [{ Name: 'tag:bake:fleet', Values: [name] }];
    const query = { Owners: ['self'], Filters, IncludeDisabled: true };
    return (await ec2.send(new DescribeImagesCommand(query))).Images ?? [];
  };
  return {
    ...{ name, folder, caller, control, ec2, bake, write, images },
    start: (args) =>
      startBake(PROGRAM, [...args, '--rehearse', '--yes'], { folder, environment, detached: true }),
    writeStep: async (step, script) => {
      await mkdir(join(folder, 'steps'), { recursive: true });
      const content = `#!/bin/bash\nset -e\n${script}`;
      await writeFile(join(folder, 'steps', `${step}.sh`), content, { mode: 0o755 });
    },
    removeImages: async () => {
      for (const { ImageId } of await images())
        await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
    },
    stock: () => takeStock(caller, region),
  };
}

function fleetFile(name: string, region: string, parts: string): string {
  return `fleet: ${name}
region: ${region}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
${parts}`;
}

/** All fleets of a region stand beside the same things of others. */
const foreignOnce = onceIn(async (world, region) => {
  const { caller } = await world.rehearsal();
  const instance = await setUpForeign(caller, region);
  const ec2 = new EC2Client({ ...caller, region });
  world.atEnd(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] })));
});

/** Those that are finished: the state is the last tag of a bake. */
export function finishedOf(images: readonly Image[]): Image[] {
  return images.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === 'bake:state'));
}

/** Finished images with their snapshots may be left. */
export function finished(images: readonly Image[]): IsExpected {
  const parts = finishedOf(images).flatMap(({ ImageId, BlockDeviceMappings = [] }) => [
    `image ${ImageId}`,
    ...BlockDeviceMappings.map(({ Ebs }) => `snapshot ${Ebs?.SnapshotId}`),
  ]);
  return (name) => parts.includes(name);
}

/** What a bake of one image has ended with. */
export function imageOf({ events }: Ended): { imageId?: string; imageName?: string } | undefined {
  const value = events.find(({ type }) => type === 'result')?.value as
    | { images: ReadonlyArray<{ image: string; imageId?: string; imageName?: string }> }
    | undefined;
  return value?.images.find(({ image }) => image === 'web');
}
