/** A small fleet beside somebody else's things: where something breaks, and what must be left of it. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  EC2Client,
  type Image,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Caller } from '../../test/support/aws-by-hand.ts';
import type { Bake, Control, Ended } from '../../test/support/own-rehearsal.ts';
import { verdictOf, wordsLost } from '../checks.ts';
import { setUpForeign } from '../foreign.ts';
import type { Verdict, World } from '../model.ts';
import { type IsExpected, type Stock, stockLost, takeStock } from '../stock.ts';

/** Of no other test: what is new in it is a trial's. */
export const REGION = 'ca-central-1';

/** One image of one role, as small as one can be. */
export const BAKE = ['--role', 'web', '--flat', '--no-verify'];

export interface Broken {
  readonly name: string;
  readonly folder: string;
  readonly caller: Caller;
  readonly control: Control;
  readonly ec2: EC2Client;
  readonly bake: Bake;
  /** Writes the fleet file; `parts`: its lines beside fleet, region, source and builder. */
  readonly write: (parts?: string) => Promise<void>;
  /** The fleet's images, finished or not. */
  readonly images: () => Promise<Image[]>;
}

const PLAIN = 'roles: { web: {} }\n';
const open = new WeakMap<World, Map<string, Promise<Broken>>>();

/** The fleet of a case, in a folder of its own; the same one for all its trials. */
export function sceneOf(world: World, name: string): Promise<Broken> {
  const scenes = open.get(world) ?? new Map<string, Promise<Broken>>();
  open.set(world, scenes);
  const scene = scenes.get(name) ?? openScene(world, name);
  scenes.set(name, scene);
  return scene;
}

async function openScene(world: World, name: string): Promise<Broken> {
  const folder = join(world.scratch, name);
  await mkdir(folder);
  const { caller, control, bake } = await world.rehearsal();
  const ec2 = new EC2Client({ ...caller, region: REGION });
  const write = (parts = PLAIN) => writeFile(join(folder, 'bake.yaml'), fleetFile(name, parts));
  await write();
  await foreignOnce(world, { caller, ec2 });
  return {
    ...{ name, folder, caller, control, ec2, bake, write },
    images: async () => {
      const Filters = [{ Name: 'tag:bake:fleet', Values: [name] }];
      const query = { Owners: ['self'], Filters, IncludeDisabled: true };
      return (await ec2.send(new DescribeImagesCommand(query))).Images ?? [];
    },
  };
}

function fleetFile(name: string, parts: string): string {
  return `fleet: ${name}
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
${parts}`;
}

const beside = new WeakMap<World, Promise<void>>();

interface Beside {
  readonly caller: Caller;
  readonly ec2: EC2Client;
}

/** All cases stand beside the same things of others. */
function foreignOnce(world: World, options: Beside): Promise<void> {
  const known = beside.get(world) ?? setUp(world, options);
  beside.set(world, known);
  return known;
}

async function setUp(world: World, { caller, ec2 }: Beside): Promise<void> {
  const instance = await setUpForeign(caller, REGION);
  world.atEnd(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] })));
}

/** Which ends are right: exit codes, and what bake must have said where it did not succeed. */
export interface Right {
  readonly exitCodes: ReadonlyArray<number | undefined>;
  readonly says?: RegExp;
}

/**
 * Runs something in a broken world, has that world mended and `bake reap` run, and looks what is left: nothing but
 * finished images, and what is somebody else's.
 */
export async function inBrokenWorld(
  scene: Broken,
  {
    right,
    run,
    mend = async () => {},
  }: {
    readonly right: Right;
    readonly run: () => Promise<Ended>;
    readonly mend?: () => Promise<unknown>;
  },
): Promise<Verdict> {
  await removeImages(scene);
  const before = await takeStock(scene.caller, REGION);
  let ended: Ended;
  try {
    ended = await run();
  } finally {
    await scene.control('PUT', 'faults', []);
    await mend();
  }
  const lost = [...rightLost(ended, right), ...(await leftLost(scene, before))];
  await removeImages(scene);
  return verdictOf(ended, lost);
}

function rightLost(ended: Ended, { exitCodes, says }: Right): string[] {
  const said = JSON.stringify(ended.events.filter(({ type }) => type === 'failure'));
  return [
    ...(exitCodes.includes(ended.exitCode) ? [] : [`it ended with ${ended.exitCode}: ${said}`]),
    ...(ended.exitCode === 0 || says === undefined || says.test(said)
      ? []
      : [`it does not say ${says}: ${said}`]),
  ];
}

/** What is wrong after `bake reap`. */
export async function leftLost(scene: Broken, before: Stock): Promise<string[]> {
  const reaped = await scene.bake(['reap', '--older-than', '1s'], scene.folder);
  const words = wordsLost(reaped).map((what) => `bake reap: ${what}`);
  if (reaped.exitCode !== 0)
    words.push(`bake reap ended with ${reaped.exitCode}: ${JSON.stringify(reaped.events.slice(-2))}`);
  return [
    ...words,
    ...stockLost(before, await takeStock(scene.caller, REGION), finished(await scene.images())),
  ];
}

/** Finished images with their snapshots: the state is the last tag of a bake. */
function finished(images: readonly Image[]): IsExpected {
  const parts = images
    .filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === 'bake:state'))
    .flatMap(({ ImageId, BlockDeviceMappings = [] }) => [
      `image ${ImageId}`,
      ...BlockDeviceMappings.map(({ Ebs }) => `snapshot ${Ebs?.SnapshotId}`),
    ]);
  return (name) => parts.includes(name);
}

export async function removeImages({ ec2, images }: Broken): Promise<void> {
  for (const { ImageId } of await images())
    await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
}
