/** The EC2 actions that the server answers itself. Every other one is moto's. */

import {
  createLaunchTemplate,
  createLaunchTemplateVersion,
  modifyLaunchTemplate,
} from '../autoscaling/template-calls.ts';
import { AwsError, notDone } from '../aws-error.ts';
import { prefixOf } from '../state/resources.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Ec2Action, Ec2Call, World } from './action.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './change-instances.ts';
import { copyImage, createImage } from './create-image.ts';
import { deregisterImage } from './deregister-image.ts';
import { describeImages } from './describe-images.ts';
import { describeInstanceStatus, describeInstances, getConsoleOutput } from './describe-instances.ts';
import {
  describeImageAttribute,
  disableDeregistrationProtection,
  disableImage,
  disableImageDeprecation,
  enableDeregistrationProtection,
  enableImage,
  enableImageDeprecation,
  modifyImageAttribute,
  resetImageAttribute,
} from './image-attributes.ts';
import { describeImageReferences } from './image-references.ts';
import { describeInstanceAttribute, modifyInstanceAttribute } from './instance-attributes.ts';
import { runInstances } from './run-instances.ts';
import {
  deleteSnapshot,
  describeSnapshotAttribute,
  describeSnapshots,
  modifySnapshotAttribute,
} from './snapshots.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import { deleteVolume, describeVolumes } from './volumes.ts';

const ACTIONS: ReadonlyMap<string, Ec2Action> = new Map(
  Object.entries({
    CopyImage: copyImage,
    CreateImage: createImage,
    CreateLaunchTemplate: createLaunchTemplate,
    CreateLaunchTemplateVersion: createLaunchTemplateVersion,
    CreateTags: createTags,
    DeleteSnapshot: deleteSnapshot,
    DeleteTags: deleteTags,
    DeleteVolume: deleteVolume,
    DeregisterImage: deregisterImage,
    DescribeImageAttribute: describeImageAttribute,
    DescribeImageReferences: describeImageReferences,
    DescribeImages: describeImages,
    DescribeInstanceAttribute: describeInstanceAttribute,
    DescribeInstanceStatus: describeInstanceStatus,
    DescribeInstances: describeInstances,
    DescribeSnapshotAttribute: describeSnapshotAttribute,
    DescribeSnapshots: describeSnapshots,
    DescribeTags: describeTags,
    DescribeVolumes: describeVolumes,
    DisableImage: disableImage,
    DisableImageDeprecation: disableImageDeprecation,
    DisableImageDeregistrationProtection: disableDeregistrationProtection,
    EnableImage: enableImage,
    EnableImageDeprecation: enableImageDeprecation,
    EnableImageDeregistrationProtection: enableDeregistrationProtection,
    GetConsoleOutput: getConsoleOutput,
    ModifyImageAttribute: modifyImageAttribute,
    ModifyInstanceAttribute: modifyInstanceAttribute,
    ModifyLaunchTemplate: modifyLaunchTemplate,
    ModifySnapshotAttribute: modifySnapshotAttribute,
    RebootInstances: rebootInstances,
    ResetImageAttribute: resetImageAttribute,
    RunInstances: runInstances,
    StartInstances: startInstances,
    StopInstances: stopInstances,
    TerminateInstances: terminateInstances,
  } satisfies Record<string, Ec2Action>),
);

/**
 * Answers an action of the server's own; undefined where it is moto's.
 * @throws AwsError
 */
export async function answerEc2(
  world: World,
  operation: string,
  call: Ec2Call,
): Promise<XmlElement | undefined> {
  const action = ACTIONS.get(operation);
  if (action === undefined) {
    guard(world, operation, call);
    return undefined;
  }
  if (call.params.flag('DryRun') === true) {
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  return await action(world, call);
}

/** moto would say that it has done these, and nobody would ever see what. */
const IMAGINED: ReadonlySet<string> = new Set(['RegisterImage', 'RequestSpotInstances']);

/** moto knows nothing of the instances and images here: what it would say about them would mislead. */
function guard(world: World, operation: string, { region, params }: Ec2Call): void {
  if (IMAGINED.has(operation)) throw notDone(`ec2:${operation}`);
  if (operation === 'DeleteSecurityGroup') checkGroupUnused(world, region, params);
  const known = params.entries().find(([name, value]) => {
    const prefix = /Id(\.\d+)?$/.test(name) ? prefixOf(value) : undefined;
    return prefix !== undefined && prefix !== 'ami';
  });
  if (known === undefined || operation === 'CreateVolume') return;
  throw notDone(`ec2:${operation} on ${known[1]}`);
}

function checkGroupUnused({ state }: World, region: string, params: Params): void {
  const id = params.text('GroupId');
  const user = [...state.instances.values()].find(
    (instance) =>
      instance.region === region &&
      instance.state !== 'terminated' &&
      instance.securityGroups.some((group) => group.id === id),
  );
  if (user === undefined) return;
  throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
}
