/** A rollout of a group of two, moved from one image to the next. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplateVersionsCommand,
} from '@aws-sdk/client-ec2';
import { ImaginedFleet } from '../../test/support/imagined-fleet.ts';
import { startBake } from '../../test/support/own-rehearsal.ts';
import { after } from '../checks.ts';
import { setUpForeign } from '../foreign.ts';
import { imaginedIn } from '../imagined.ts';
import type { World } from '../model.ts';
import { type IsExpected, type Stock, stockLost, takeStock } from '../stock.ts';
import { PROGRAM } from '../world.ts';
import type { Scene, Swept } from './model.ts';

const REGION = 'eu-west-3';
const SIZE = 2;
const FINISH_MILLISECONDS = 60_000;

export const rollout: Swept = {
  name: 'rollout',
  what: 'a rollout of a group of two, over imagined machines; then the rollout again',
  open,
};

async function open(world: World): Promise<Scene> {
  const { server, caller, control, environment } = await imaginedIn(world);
  const fleet = await ImaginedFleet.open(server, { after: world.atEnd }, REGION);
  await setUpForeign(caller, REGION);
  const groups = new Groups(fleet, new AutoScalingClient({ ...server.client, region: REGION }));
  const images = { first: await fleet.image({ digit: '1' }), next: await fleet.image({ digit: '2' }) };
  // Somebody else's, of the very image that the trials leave.
  await groups.make('foreign', images.first);
  let count = 0;
  let group = '';
  const stock = () => takeStock(caller, REGION);
  const command = () => ['rollout', '--role', 'web', '--group', group, '--yes'];
  const undone = () => groups.wrong(group, images.next);
  return {
    folder: fleet.folder,
    undone,
    control,
    stock,
    reset: async () => {
      if (group !== '') await groups.remove(group);
      count += 1;
      group = `trial-${count}`;
      await fleet.write(`rollout: { minimum_healthy: 100, maximum_healthy: 200, warmup: 0s }\n`);
      await groups.make(group, images.first);
    },
    start: () => startBake(PROGRAM, command(), { folder: fleet.folder, environment, detached: true }),
    recover: async (before) => {
      const again = [...command(), '--no-wait'];
      const lost = after('the rollout again', await world.bake(again, fleet.folder, environment));
      lost.push(...(await groups.untilDone(group)));
      const now = await stock();
      lost.push(...(await undone()));
      return [...lost, ...stockLost(before, now, ofGroup(group, before, now))];
    },
  };
}

class Groups {
  readonly #fleet: ImaginedFleet;
  readonly #scaling: AutoScalingClient;

  constructor(fleet: ImaginedFleet, scaling: AutoScalingClient) {
    this.#fleet = fleet;
    this.#scaling = scaling;
  }

  /** Launch template and group of this name; ends when its instances are in service. */
  async make(name: string, ImageId: string): Promise<void> {
    await this.#fleet.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
      }),
    );
    await this.#scaling.send(
      new CreateAutoScalingGroupCommand({
        ...{ AutoScalingGroupName: name, MinSize: 0, MaxSize: 10, DesiredCapacity: SIZE },
        ...{ DefaultInstanceWarmup: 0, AvailabilityZones: [`${REGION}a`] },
        LaunchTemplate: { LaunchTemplateName: name, Version: '1' },
      }),
    );
    while ((await this.#inService(name)).length < SIZE) await sleep(50);
  }

  async remove(name: string): Promise<void> {
    await this.#scaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
    );
    await this.#fleet.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: name }));
  }

  /** Waits until AWS has done what was begun; returns what is wrong with it. */
  async untilDone(name: string): Promise<string[]> {
    for (const end = Date.now() + FINISH_MILLISECONDS; Date.now() < end; await sleep(100)) {
      const { InstanceRefreshes = [] } = await this.#scaling.send(
        new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name }),
      );
      const isDone = InstanceRefreshes.every(({ Status = '' }) => /Successful|Failed|Cancelled/.test(Status));
      if (InstanceRefreshes.length > 0 && isDone) return [];
    }
    return [`no refresh has ended within ${FINISH_MILLISECONDS / 1000} s`];
  }

  /** What is not as after one rollout to `imageId`. */
  async wrong(name: string, imageId: string): Promise<string[]> {
    const { LaunchTemplateVersions: versions = [] } = await this.#fleet.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: name }),
    );
    const right = versions.find(({ LaunchTemplateData }) => LaunchTemplateData?.ImageId === imageId);
    const on = (await this.#inService(name)).map(({ LaunchTemplate }) => LaunchTemplate?.Version);
    const group = await this.#group(name);
    const wanted = String(right?.VersionNumber);
    return [
      ...(versions.length === 2 ? [] : [`${versions.length} versions of the launch template`]),
      ...(on.length === SIZE && on.every((version) => version === wanted)
        ? []
        : [`the instances are on the versions ${on.join(', ')}, not all on ${wanted}`]),
      ...(group?.LaunchTemplate?.Version === wanted
        ? []
        : [`the group launches version ${group?.LaunchTemplate?.Version}`]),
    ];
  }

  async #group(name: string) {
    const query = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
    return (await this.#scaling.send(query)).AutoScalingGroups?.[0];
  }

  async #inService(name: string) {
    const { Instances = [] } = (await this.#group(name)) ?? {};
    return Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
  }
}

/** The group itself, its instances with their volumes, and the versions of its launch template. */
function ofGroup(group: string, before: Stock, now: Stock): IsExpected {
  const isMember = (text: string) => text.includes(JSON.stringify(group));
  const members = [...before, ...now].filter(
    ([name, text]) => name.startsWith('instance ') && isMember(text),
  );
  const ids = members.map(([name]) => name.slice('instance '.length));
  return (name, text) =>
    /^(?:instance|group|launch template version) /.test(name)
      ? isMember(text)
      : name.startsWith('volume ') && ids.some((id) => text.includes(id));
}
