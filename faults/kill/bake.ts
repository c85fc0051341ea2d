/** A bake of one image, as small as one can be. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { startBake } from '../../test/support/own-rehearsal.ts';
import { after } from '../checks.ts';
import { setUpForeign } from '../foreign.ts';
import type { World } from '../model.ts';
import { type IsExpected, type Stock, stockLost, takeStock } from '../stock.ts';
import { PROGRAM } from '../world.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'eu-central-2';
const FLEET = 'ended';
const FILE = `fleet: ${FLEET}
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
roles: { web: {} }
`;
const BAKE = ['--role', 'web', '--flat', '--no-verify'];

export const bake: Swept = {
  name: 'bake',
  what: "a bake, Packer's included; then `bake reap`, and after SIGKILL at a call that changes something the bake again",
  open,
};

async function open(world: World): Promise<Scene> {
  const folder = join(world.scratch, 'ended-bake');
  await mkdir(folder);
  await writeFile(join(folder, 'bake.yaml'), FILE);
  const { caller, control, bake: run } = await world.rehearsal();
  const ec2 = new EC2Client({ ...caller, region: REGION });
  const foreign = await setUpForeign(caller, REGION);
  world.atEnd(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: [foreign] })));
  const stock = () => takeStock(caller, REGION);
  const undone = async () => {
    const now = await stock();
    const images = [...now].filter(([name, text]) => finished(now)(name, text) && name.startsWith('image '));
    return images.length === 1 ? [] : [`there are ${images.length} finished images`];
  };
  return {
    folder,
    control,
    stock,
    undone,
    reset: () => removeImages(ec2),
    start: () =>
      startBake(PROGRAM, [...BAKE, '--rehearse', '--yes'], {
        ...{ folder, environment: world.environment, detached: true },
      }),
    recover: async (before, isThorough) => {
      const lost = after('bake reap', await run(['reap', '--older-than', '1s'], folder));
      const reaped = await stock();
      lost.push(...stockLost(before, reaped, finished(reaped)));
      if (!isThorough) return lost;
      lost.push(...after('the bake again', await run(BAKE, folder)));
      lost.push(...(await undone()));
      const now = await stock();
      return [...lost, ...stockLost(before, now, finished(now))];
    },
  };
}

/** A finished image of the fleet, with its snapshot: the state is its last tag. */
function finished(stock: Stock): IsExpected {
  const images = [...stock].filter(
    ([name, text]) => name.startsWith('image ') && isOurs(text) && text.includes('"bake:state"'),
  );
  return (name) => {
    const [kind, id = ''] = name.split(' ');
    return images.some(
      ([image, text]) => image === name || (kind === 'snapshot' && text.includes(`"${id}"`)),
    );
  };
}

function isOurs(text: string): boolean {
  return text.includes(JSON.stringify({ Key: 'bake:fleet', Value: FLEET }));
}

async function removeImages(ec2: EC2Client): Promise<void> {
  const Filters = [{ Name: 'tag:bake:fleet', Values: [FLEET] }];
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters, IncludeDisabled: true }),
  );
  for (const { ImageId } of Images)
    await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
}
