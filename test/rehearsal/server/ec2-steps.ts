/** Steps that many tests take with an EC2 client. */

import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type EC2Client,
  type Image,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { DEBIAN, eventually } from './support.ts';

/** Launches one instance, and returns it as RunInstances shows it. */
export async function launch(
  ec2: EC2Client,
  changes: Partial<RunInstancesCommandInput> = {},
): Promise<Instance & { readonly InstanceId: string }> {
  const input = { ImageId: DEBIAN.imageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...changes };
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ...input } as RunInstancesCommandInput),
  );
  const [instance] = Instances;
  if (instance?.InstanceId === undefined) throw new Error('no instance was launched');
  return { ...instance, InstanceId: instance.InstanceId };
}

export async function describe(ec2: EC2Client, id: string): Promise<Instance> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const instance = Reservations?.[0]?.Instances?.[0];
  if (instance === undefined) throw new Error(`${id} is not described`);
  return instance;
}

/** Waits until an instance is in a state. */
export function untilInstance(ec2: EC2Client, id: string, state: string): Promise<Instance> {
  return eventually(async () => {
    const instance = await describe(ec2, id);
    return instance.State?.Name === state ? instance : undefined;
  });
}

/** Launches an instance and waits until it runs. */
export async function launchRunning(
  ec2: EC2Client,
  changes: Partial<RunInstancesCommandInput> = {},
): Promise<string> {
  const { InstanceId } = await launch(ec2, changes);
  await untilInstance(ec2, InstanceId, 'running');
  return InstanceId;
}

export async function createImage(ec2: EC2Client, instanceId: string, name: string): Promise<string> {
  const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: name }));
  if (ImageId === undefined) throw new Error('no image was made');
  return ImageId;
}

/** Waits until an image is in a state. */
export function untilImage(ec2: EC2Client, id: string, state: string): Promise<Image> {
  return eventually(async () => {
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    return Images?.find((image) => image.State === state);
  });
}
