/** A prune that deletes one image, disables another, and keeps two. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeregisterImageCommand,
  DescribeImagesCommand,
  DisableImageCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../src/plan/tags.ts';
import type { ImaginedFleet } from '../../test/support/imagined-fleet.ts';
import { after } from '../checks.ts';
import { openFleet } from '../imagined.ts';
import type { World } from '../model.ts';
import { stockLost } from '../stock.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'eu-west-2';
const PRUNE = ['images', 'prune', '--keep', '1', '--older-than', '1s', '--grace', '1d', '--yes'];
/** Images younger than `--older-than` stay. */
const OLD_MILLISECONDS = 1100;

export const prune: Swept = {
  name: 'prune',
  what: '`bake images prune`, over imagined machines; then the prune again',
  open,
};

async function open(world: World): Promise<Scene> {
  const { fleet, folder, control, stock, start, run } = await openFleet(world, REGION);
  let images = { old: '', unused: '', used: '', newest: '' };
  let instance: string | undefined;
  const undone = async () => {
    const now = await stock();
    return [
      ...(now.has(`image ${images.old}`) ? ['the image that was to be deleted is still there'] : []),
      ...((now.get(`image ${images.unused}`) ?? '').includes('"disabled"')
        ? []
        : ['the image that was to be disabled is not']),
    ];
  };
  return {
    ...{ folder, undone, control, stock },
    reset: async () => {
      if (instance !== undefined)
        await fleet.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
      await removeImages(fleet);
      const disabled = { [TAG.disabledAt]: '2026-01-01T00:00:00.000Z' };
      images = {
        old: await fleet.image({ digit: '1', tags: disabled }),
        unused: await fleet.image({ digit: '2' }),
        used: await fleet.image({ digit: '3' }),
        newest: await fleet.image({ digit: '4' }),
      };
      await fleet.ec2.send(new DisableImageCommand({ ImageId: images.old }));
      const launched = await fleet.ec2.send(
        new RunInstancesCommand({ ImageId: images.used, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
      );
      instance = launched.Instances?.[0]?.InstanceId;
      await sleep(OLD_MILLISECONDS);
    },
    start: () => start(PRUNE),
    recover: async (before) => {
      const lost = after('the prune again', await run(PRUNE));
      const now = await stock();
      const isWork = (name: string, text: string) =>
        [images.old, images.unused].some((id) => name === `image ${id}`) ||
        (name.startsWith('snapshot ') && (before.get(`image ${images.old}`) ?? '').includes(name.slice(9))) ||
        (name.startsWith('instance ') && text.includes('shutting-down'));
      lost.push(...(await undone()));
      return [...lost, ...stockLost(before, now, isWork)];
    },
  };
}

async function removeImages({ ec2, name }: ImaginedFleet): Promise<void> {
  const Filters = [{ Name: `tag:${TAG.fleet}`, Values: [name] }];
  const query = { Owners: ['self'], Filters, IncludeDisabled: true };
  const { Images = [] } = await ec2.send(new DescribeImagesCommand(query));
  for (const { ImageId } of Images)
    await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
}
