/** A group of the rehearsal's containers, from an image that was baked there. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { makeRole } from './aws-by-hand.ts';
import { clientSettings } from './rehearsal.ts';

export interface GroupOptions {
  readonly region: string;
  readonly name: string;
  readonly imageId: string;
  readonly size: number;
  /** Of another rehearsal than that of the tests. */
  readonly state?: string | undefined;
}

/** Returns the ids of its instances, once all are in service and have booted. The group is gone when the scope ends. */
export async function launchGroup({ region, name, imageId, size, state }: GroupOptions) {
  const { config, settings } = await clientSettings(region, state);
  const scaling = new AutoScalingClient(settings);
  await makeRole({ endpoint: settings.endpoint, credentials: config }, name);
  const ec2 = new EC2Client(settings);
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: {
        ImageId: imageId,
        InstanceType: 't3.micro',
        IamInstanceProfile: { Name: name },
      },
    }),
  );
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: size,
      DesiredCapacity: size,
      AvailabilityZones: [`${region}a`],
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId ?? '', Version: '1' },
    }),
  );
  const inService = async () => {
    const { AutoScalingGroups = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    return (AutoScalingGroups[0]?.Instances ?? [])
      .filter(({ LifecycleState }) => LifecycleState === 'InService')
      .map(({ InstanceId = '' }) => InstanceId);
  };
  let ids = await inService();
  for (; ids.length < size; ids = await inService()) await sleep(300);
  const bash = async (id: string, line: string) => {
    const { command, host } = config.docker;
    const options = ['--host', host, 'exec', `${config.name}-${id}`];
    const { stdout } = await execa(command, [...options, 'bash', '-c', line]);
    return stdout;
  };
  const isUp = async (id: string) =>
    /running|degraded/.test(await bash(id, 'systemctl is-system-running || true').catch(() => ''));
  for (const id of ids) while (!(await isUp(id))) await sleep(300);
  return {
    ids,
    /** Runs a line as root on one of them; returns what it printed. */
    bash,
    [Symbol.asyncDispose]: async () => {
      await scaling.send(
        new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
      );
    },
  };
}
