/** Auto Scaling groups over imagined machines, and what a rollout has to make of them. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AutoScalingClient,
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
import type { ImaginedFleet } from '../test/support/imagined-fleet.ts';
import type { IsExpected, Stock } from './stock.ts';

const SIZE = 2;
const FINISH_MILLISECONDS = 60_000;

export class Groups {
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
        ...{ DefaultInstanceWarmup: 0, AvailabilityZones: [`${this.#fleet.region}a`] },
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

  async refreshes(name: string) {
    const query = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name });
    return (await this.#scaling.send(query)).InstanceRefreshes ?? [];
  }

  /** Waits until AWS has done what was begun; returns what is wrong with it. */
  async untilDone(name: string): Promise<string[]> {
    for (const end = Date.now() + FINISH_MILLISECONDS; Date.now() < end; await sleep(100)) {
      const refreshes = await this.refreshes(name);
      const isDone = refreshes.every(({ Status = '' }) => /Successful|Failed|Cancelled/.test(Status));
      if (refreshes.length > 0 && isDone) return [];
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
export function ofGroup(group: string, before: Stock, now: Stock): IsExpected {
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
