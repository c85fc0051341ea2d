/**
 * The door to what refers to images in a region. A call that is denied leaves it open who does: then every
 * image counts as used.
 */

import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { EC2Client, EC2ClientConfig, Instance } from '@aws-sdk/client-ec2';
import type { Use } from '../../images/model.ts';
import {
  collect,
  type GroupReferences,
  groupUses,
  mergeUses,
  referenceUse,
} from '../../images/references.ts';
import { deniedBy, explained } from '../aws-errors.ts';
import { lazily } from '../lazily.ts';

export interface ImageUses {
  /** AMI id → all that refers to it, of those that were asked about. */
  of(imageIds: readonly string[]): Promise<Map<string, Use[]>>;
}

type Uses = Map<string, Use[]>;

export function openImageUses(settings: EC2ClientConfig, ec2: () => Promise<EC2Client>): ImageUses {
  const autoScaling = lazily(
    async () => new (await import('@aws-sdk/client-auto-scaling')).AutoScalingClient({ ...settings }),
  );
  return {
    of: async (imageIds) => {
      if (imageIds.length === 0) return new Map();
      const client = await ec2();
      const all = await Promise.all([
        unlessDenied(imageIds, () => references(client, imageIds)),
        unlessDenied(imageIds, () => instances(client, imageIds)),
        unlessDenied(imageIds, async () => groupUses(await groups(await autoScaling()))),
        unlessDenied(imageIds, async () => launchConfigurations(await autoScaling())),
      ]);
      const merged = mergeUses(all);
      return new Map(imageIds.map((id) => [id, merged.get(id) ?? []]));
    },
  };
}

type AutoScaling = import('@aws-sdk/client-auto-scaling').AutoScalingClient;

/** What DescribeImageReferences takes in one call. */
const IMAGES_A_CALL = 10;
/** All of them: the default is the newest 10. */
const TEMPLATE_VERSIONS = '10000';
/** All but terminated: what is stopped may be started again. */
const LIVING = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

async function references(client: EC2Client, imageIds: readonly string[]): Promise<Uses> {
  const { paginateDescribeImageReferences } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeImageReferences', async () => {
    const found: Array<[string, Use]> = [];
    for (const ImageIds of slices(imageIds, IMAGES_A_CALL)) {
      const query = {
        ImageIds,
        IncludeAllResourceTypes: true,
        ResourceTypes: [
          {
            ResourceType: 'ec2:Instance' as const,
            ResourceTypeOptions: [{ OptionName: 'state-name' as const, OptionValues: LIVING }],
          },
          {
            ResourceType: 'ec2:LaunchTemplate' as const,
            ResourceTypeOptions: [
              { OptionName: 'version-depth' as const, OptionValues: [TEMPLATE_VERSIONS] },
            ],
          },
        ],
      };
      for await (const { ImageReferences = [] } of paginateDescribeImageReferences({ client }, query)) {
        for (const { ImageId = '', ResourceType = '', Arn = '' } of ImageReferences)
          found.push([ImageId, referenceUse(ResourceType, Arn)]);
      }
    }
    return collect(found);
  });
}

/** What one filter takes. */
const FILTER_VALUES = 200;

async function instances(client: EC2Client, imageIds: readonly string[]): Promise<Uses> {
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeInstances', async () => {
    const found: Instance[] = [];
    for (const Values of slices(imageIds, FILTER_VALUES)) {
      const Filters = [
        { Name: 'image-id', Values },
        { Name: 'instance-state-name', Values: LIVING },
      ];
      for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }))
        found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
    }
    return collect(found.map(({ ImageId = '', ...instance }) => [ImageId, instanceUse(instance)]));
  });
}

function instanceUse({ InstanceId = '', Tags = [] }: Instance): Use {
  const group = Tags.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
  return { kind: 'instance', id: InstanceId, group };
}

async function groups(client: AutoScaling): Promise<GroupReferences[]> {
  const { paginateDescribeAutoScalingGroups } = await import('@aws-sdk/client-auto-scaling');
  return explained('autoscaling:DescribeAutoScalingGroups', async () => {
    const found: AutoScalingGroup[] = [];
    for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client }, {}))
      found.push(...AutoScalingGroups);
    return found.map(({ AutoScalingGroupName = '', MixedInstancesPolicy, Tags = [] }) => ({
      name: AutoScalingGroupName,
      overrides: (MixedInstancesPolicy?.LaunchTemplate?.Overrides ?? []).flatMap(
        ({ ImageId }) => ImageId ?? [],
      ),
      tagValues: Tags.flatMap(({ Value }) => Value ?? []),
    }));
  });
}

async function launchConfigurations(client: AutoScaling): Promise<Uses> {
  const { paginateDescribeLaunchConfigurations } = await import('@aws-sdk/client-auto-scaling');
  return explained('autoscaling:DescribeLaunchConfigurations', async () => {
    const found: Array<[string, Use]> = [];
    for await (const { LaunchConfigurations = [] } of paginateDescribeLaunchConfigurations({ client }, {})) {
      for (const { ImageId = '', LaunchConfigurationName: name = '' } of LaunchConfigurations)
        found.push([ImageId, { kind: 'launch-configuration', name }]);
    }
    return collect(found);
  });
}

/** Where the call is denied, every image is used by nobody knows whom. */
export async function unlessDenied(imageIds: readonly string[], call: () => Promise<Uses>): Promise<Uses> {
  try {
    return await call();
  } catch (error) {
    const denied = deniedBy(error);
    if (denied === undefined) throw error;
    const use: Use = { kind: 'unknown', operation: denied.operation, reason: denied.code };
    return new Map(imageIds.map((id) => [id, [use]]));
  }
}

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
