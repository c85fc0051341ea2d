/** The calls that tell what refers to images in a region, one kind each. */

import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { EC2Client, Image, Instance } from '@aws-sdk/client-ec2';
import type { Use } from '../../images/model.ts';
import { collect, type GroupReferences, referenceUse } from '../../images/references.ts';
import { explained } from '../aws-errors.ts';

export type Uses = Map<string, Use[]>;

type AutoScaling = import('@aws-sdk/client-auto-scaling').AutoScalingClient;

/** What DescribeImageReferences takes in one call. */
const IMAGES_A_CALL = 10;
/** All of them: the default is the newest 10. */
const TEMPLATE_VERSIONS = '10000';
/** All but terminated: what is stopped may be started again. */
const LIVING = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

export async function references(client: EC2Client, imageIds: readonly string[]): Promise<Uses> {
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

export async function instances(client: EC2Client, imageIds: readonly string[]): Promise<Uses> {
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

/** Images of the account that were made from them, whoever has baked them: EC2 remembers it, whatever tags say. */
export async function imagesMadeFrom(client: EC2Client, imageIds: readonly string[]): Promise<Uses> {
  const { paginateDescribeImages } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeImages', async () => {
    const found: Image[] = [];
    for (const Values of slices(imageIds, FILTER_VALUES)) {
      const query = {
        Owners: ['self'],
        Filters: [{ Name: 'source-image-id', Values }],
        IncludeDisabled: true,
      };
      for await (const { Images = [] } of paginateDescribeImages({ client }, query)) found.push(...Images);
    }
    return collect(
      found.map(({ SourceImageId = '', ImageId: imageId = '', Name: name = '' }) => [
        SourceImageId,
        { kind: 'image', imageId, name },
      ]),
    );
  });
}

export async function groups(client: AutoScaling): Promise<GroupReferences[]> {
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

export async function launchConfigurations(client: AutoScaling): Promise<Uses> {
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

function slices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
