/** The door to Auto Scaling groups, their refreshes and their launch templates. */

import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';
import { fail } from '../../failure.ts';
import type { AlarmState, Configuration, Group, Refresh } from '../../rollout/model.ts';
import type { AlarmRequest } from '../../rollout/plan/guard-alarm.ts';
import type { ExistingVersion, TemplateVersions, VersionRequest } from '../../rollout/plan/version.ts';
import type { RequestedPreferences } from '../../rollout/preferences.ts';
import type { TargetImage } from '../../rollout/preflight/facts.ts';
import type { ScalingActivity, TargetHealth } from '../../rollout/watch/model.ts';
import { explained } from '../aws-errors.ts';
import { lazily } from '../lazily.ts';
import { alarmStates, deleteAlarm, putAlarm } from './alarms.ts';
import { readActivity, readGroup, readImage, readRefresh, readVersion } from './read.ts';
import { desiredRequest, preferencesRequest, templateRequest } from './requests.ts';
import { targetHealth } from './targets.ts';

export interface RolloutImage extends TargetImage {
  readonly name: string;
  /** The role that bake made it for. */
  readonly role: string | undefined;
}

/** A launch from a template, with another image. */
export interface Launch {
  readonly templateId: string;
  readonly version: number;
  readonly imageId: string;
}

export interface Rollouts {
  /** An image of anyone's that this account may launch; undefined where it sees none. */
  image(imageId: string): Promise<RolloutImage | undefined>;
  /** Those of the names that there are; 50 names are one call. */
  groups(names: readonly string[]): Promise<Group[]>;
  /** All that have every one of these tags. */
  groupsTagged(tags: Readonly<Record<string, string>>): Promise<Group[]>;
  /** The newest ones, newest first. */
  refreshes(group: string): Promise<Refresh[]>;
  /** The newest hundred, newest first. */
  activities(group: string): Promise<ScalingActivity[]>;
  /** What a load balancer says of every instance in a target group, which its ARN names. */
  targetHealth(targetGroup: string): Promise<TargetHealth[]>;
  /** All versions of a template; `$Latest` and `$Default` are among them. */
  versions(templateId: string): Promise<TemplateVersions>;
  /** The architectures of each of these instance types. */
  architectures(types: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The state of each of these alarms; undefined for one that does not exist. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState | undefined>>;
  /** Makes an alarm, or has it take the place of one of the same name. */
  putAlarm(request: AlarmRequest): Promise<void>;
  deleteAlarm(name: string): Promise<void>;
  /**
   * The actions among those needed that are denied. Only EC2 can be asked without doing anything: for a version
   * of the template, and for a launch of the image from it, which Auto Scaling asks of who starts a refresh.
   */
  denied(launch: Launch): Promise<string[]>;
  /** Returns the number of the version. */
  createVersion(request: VersionRequest): Promise<number>;
  /** Returns the id of the refresh. */
  start(group: string, desired: Configuration, requested: RequestedPreferences): Promise<string>;
  cancel(group: string): Promise<void>;
  rollBack(group: string): Promise<void>;
  /** Puts tags on the group that its instances don't get. */
  tag(group: string, tags: ReadonlyMap<string, string>): Promise<void>;
  /** Moves the group to another configuration, without replacing anything. */
  set(group: string, configuration: Configuration): Promise<void>;
}

/** What DescribeAutoScalingGroups takes in one call. */
const NAMES_A_CALL = 50;

/** A rollout outlives times in which AWS limits the rate of calls. */
const ATTEMPTS = 10;

export function openRollouts(connection: EC2ClientConfig): Rollouts {
  const settings = { ...connection, maxAttempts: ATTEMPTS };
  const ec2 = lazily(async () => new (await import('@aws-sdk/client-ec2')).EC2Client(settings));
  const scaling = lazily(
    async () => new (await import('@aws-sdk/client-auto-scaling')).AutoScalingClient({ ...settings }),
  );
  const watch = lazily(
    async () => new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient({ ...settings }),
  );
  const balancing = lazily(async () => {
    const { ElasticLoadBalancingV2Client: Client } = await import(
      '@aws-sdk/client-elastic-load-balancing-v2'
    );
    return new Client({ ...settings });
  });
  const sdk = () => import('@aws-sdk/client-auto-scaling');
  return {
    image: async (imageId) => image(await ec2(), imageId),
    groups: async (names) => groups(await scaling(), names),
    groupsTagged: async (tags) => groupsTagged(await scaling(), tags),
    refreshes: async (group) => refreshes(await scaling(), group),
    activities: async (group) => activities(await scaling(), group),
    targetHealth: async (targetGroup) => targetHealth(await balancing(), targetGroup),
    versions: async (templateId) => versions(await ec2(), templateId),
    architectures: async (types) => architectures(await ec2(), types),
    alarms: async (names) => (names.length === 0 ? new Map() : alarmStates(await watch(), names)),
    putAlarm: async (request) => putAlarm(await watch(), request),
    deleteAlarm: async (name) => deleteAlarm(await watch(), name),
    denied: async (launch) => denied(await ec2(), launch),
    createVersion: async (request) => createVersion(await ec2(), request),
    start: async (group, desired, requested) => start(await scaling(), group, desired, requested),
    cancel: async (group) => {
      const { CancelInstanceRefreshCommand: Command } = await sdk();
      const client = await scaling();
      await explained('autoscaling:CancelInstanceRefresh', () =>
        client.send(new Command({ AutoScalingGroupName: group })),
      );
    },
    rollBack: async (group) => {
      const { RollbackInstanceRefreshCommand: Command } = await sdk();
      const client = await scaling();
      await explained('autoscaling:RollbackInstanceRefresh', () =>
        client.send(new Command({ AutoScalingGroupName: group })),
      );
    },
    tag: async (group, tags) => tag(await scaling(), group, tags),
    set: async (group, configuration) => set(await scaling(), group, configuration),
  };
}

async function image(client: EC2Client, imageId: string): Promise<RolloutImage | undefined> {
  const { DescribeImagesCommand: Command } = await import('@aws-sdk/client-ec2');
  const Filters = [{ Name: 'image-id', Values: [imageId] }];
  const answer = await explained('ec2:DescribeImages', () => client.send(new Command({ Filters })));
  return answer.Images?.[0] === undefined ? undefined : readImage(answer.Images[0]);
}

async function groups(client: AutoScalingClient, names: readonly string[]): Promise<Group[]> {
  const { DescribeAutoScalingGroupsCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const found: Group[] = [];
  for (let from = 0; from < names.length; from += NAMES_A_CALL) {
    const AutoScalingGroupNames = names.slice(from, from + NAMES_A_CALL);
    const answer = await explained('autoscaling:DescribeAutoScalingGroups', () =>
      client.send(new Command({ AutoScalingGroupNames })),
    );
    found.push(...(answer.AutoScalingGroups ?? []).map(readGroup));
  }
  return found;
}

async function groupsTagged(
  client: AutoScalingClient,
  tags: Readonly<Record<string, string>>,
): Promise<Group[]> {
  const { paginateDescribeAutoScalingGroups: paginate } = await import('@aws-sdk/client-auto-scaling');
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  return explained('autoscaling:DescribeAutoScalingGroups', async () => {
    const found: Group[] = [];
    for await (const page of paginate({ client, pageSize: 100 }, { Filters })) {
      found.push(...(page.AutoScalingGroups ?? []).map(readGroup));
    }
    return found;
  });
}

async function refreshes(client: AutoScalingClient, group: string): Promise<Refresh[]> {
  const { DescribeInstanceRefreshesCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:DescribeInstanceRefreshes', () =>
    client.send(new Command({ AutoScalingGroupName: group, MaxRecords: 10 })),
  );
  return (answer.InstanceRefreshes ?? []).flatMap((refresh) => readRefresh(refresh) ?? []);
}

async function activities(client: AutoScalingClient, group: string): Promise<ScalingActivity[]> {
  const { DescribeScalingActivitiesCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:DescribeScalingActivities', () =>
    client.send(new Command({ AutoScalingGroupName: group, MaxRecords: 100 })),
  );
  return (answer.Activities ?? []).map(readActivity);
}

/** The most that AWS gives in one answer. */
const VERSIONS_A_CALL = 200;

async function versions(client: EC2Client, templateId: string): Promise<TemplateVersions> {
  const { paginateDescribeLaunchTemplateVersions: paginate } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeLaunchTemplateVersions', async () => {
    const found: ExistingVersion[] = [];
    let byDefault = 0;
    const pages = paginate({ client, pageSize: VERSIONS_A_CALL }, { LaunchTemplateId: templateId });
    for await (const page of pages) {
      for (const version of page.LaunchTemplateVersions ?? []) {
        found.push(...[readVersion(version) ?? []].flat());
        if (version.DefaultVersion === true) byDefault = version.VersionNumber ?? 0;
      }
    }
    return { versions: found, latest: Math.max(0, ...found.map(({ number }) => number)), byDefault };
  });
}

async function architectures(client: EC2Client, types: readonly string[]) {
  const { DescribeInstanceTypesCommand: Command } = await import('@aws-sdk/client-ec2');
  if (types.length === 0) return new Map<string, readonly string[]>();
  const answer = await explained('ec2:DescribeInstanceTypes', () =>
    client.send(new Command({ InstanceTypes: types.map((type) => type as never) })),
  );
  const known = new Map(
    (answer.InstanceTypes ?? []).map(({ InstanceType, ProcessorInfo }): [string, readonly string[]] => [
      InstanceType ?? '',
      ProcessorInfo?.SupportedArchitectures ?? [],
    ]),
  );
  return new Map(types.map((type) => [type, known.get(type) ?? []]));
}

async function denied(client: EC2Client, { templateId, version, imageId }: Launch): Promise<string[]> {
  const { CreateLaunchTemplateVersionCommand, RunInstancesCommand } = await import('@aws-sdk/client-ec2');
  const template = { LaunchTemplateId: templateId, Version: String(version) };
  const isDenied = await Promise.all([
    refuses(() =>
      client.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          LaunchTemplateData: {},
          DryRun: true,
        }),
      ),
    ),
    refuses(() =>
      client.send(
        new RunInstancesCommand({
          LaunchTemplate: template,
          ImageId: imageId,
          MinCount: 1,
          MaxCount: 1,
          DryRun: true,
        }),
      ),
    ),
  ]);
  return ['ec2:CreateLaunchTemplateVersion', 'ec2:RunInstances'].filter((_, index) => isDenied[index]);
}

/** Every dry run ends with an error; whether it may be done at all is the only thing that counts here. */
async function refuses(dryRun: () => Promise<unknown>): Promise<boolean> {
  try {
    await dryRun();
    return false;
  } catch (error) {
    return error instanceof Error && error.name === 'UnauthorizedOperation';
  }
}

async function createVersion(client: EC2Client, request: VersionRequest): Promise<number> {
  const { CreateLaunchTemplateVersionCommand: Command } = await import('@aws-sdk/client-ec2');
  const operation = 'ec2:CreateLaunchTemplateVersion';
  const answer = await explained(operation, () => client.send(new Command({ ...request })));
  const number = answer.LaunchTemplateVersion?.VersionNumber;
  if (number !== undefined) return number;
  return fail({
    kind: 'aws',
    operation,
    code: 'NoNumber',
    problem: `${operation} gave the new version no number`,
  });
}

async function start(
  client: AutoScalingClient,
  group: string,
  desired: Configuration,
  requested: RequestedPreferences,
): Promise<string> {
  const { StartInstanceRefreshCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const answer = await explained('autoscaling:StartInstanceRefresh', () =>
    client.send(
      new Command({
        AutoScalingGroupName: group,
        Strategy: 'Rolling',
        DesiredConfiguration: desiredRequest(desired),
        Preferences: preferencesRequest(requested),
      }),
    ),
  );
  return answer.InstanceRefreshId ?? '';
}

async function tag(
  client: AutoScalingClient,
  group: string,
  tags: ReadonlyMap<string, string>,
): Promise<void> {
  const { CreateOrUpdateTagsCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const Tags = [...tags].map(([Key, Value]) => ({
    ResourceId: group,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  }));
  await explained('autoscaling:CreateOrUpdateTags', () => client.send(new Command({ Tags })));
}

async function set(client: AutoScalingClient, group: string, configuration: Configuration): Promise<void> {
  const { UpdateAutoScalingGroupCommand: Command } = await import('@aws-sdk/client-auto-scaling');
  const { LaunchTemplate, MixedInstancesPolicy } = desiredRequest(configuration);
  await explained('autoscaling:UpdateAutoScalingGroup', () =>
    client.send(
      new Command({
        AutoScalingGroupName: group,
        ...(MixedInstancesPolicy === undefined
          ? { LaunchTemplate: LaunchTemplate ?? templateRequest(configuration.launchTemplate) }
          : { MixedInstancesPolicy }),
      }),
    ),
  );
}
