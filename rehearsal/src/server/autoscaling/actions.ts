/** The Auto Scaling actions that the server answers itself: all about groups and refreshes. */

import { AwsError } from '../aws-error.ts';
import type { Ec2Call } from '../ec2/action.ts';
import type { XmlElement } from '../wire/xml.ts';
import { describeActivities, describeGroups, describeInstances } from './describe.ts';
import {
  createGroup,
  createOrUpdateTags,
  deleteGroup,
  deleteTags,
  resumeProcesses,
  setDesiredCapacity,
  suspendProcesses,
  updateGroup,
} from './group-calls.ts';
import {
  enterStandby,
  exitStandby,
  setInstanceHealth,
  setInstanceProtection,
  terminateInstance,
} from './instance-calls.ts';
import { cancelRefresh, describeRefreshes, rollbackRefresh, startRefresh } from './refresh-calls.ts';
import { attachTargetGroups, detachTargetGroups } from './targets.ts';
import type { GroupAction, WorldOfGroups } from './world.ts';

const ACTIONS: ReadonlyMap<string, GroupAction> = new Map(
  Object.entries({
    AttachLoadBalancerTargetGroups: attachTargetGroups,
    AttachTrafficSources: attachTargetGroups,
    CancelInstanceRefresh: cancelRefresh,
    CreateAutoScalingGroup: createGroup,
    CreateOrUpdateTags: createOrUpdateTags,
    DeleteAutoScalingGroup: deleteGroup,
    DeleteTags: deleteTags,
    DescribeAutoScalingGroups: describeGroups,
    DescribeAutoScalingInstances: describeInstances,
    DescribeInstanceRefreshes: describeRefreshes,
    DescribeScalingActivities: describeActivities,
    DetachLoadBalancerTargetGroups: detachTargetGroups,
    DetachTrafficSources: detachTargetGroups,
    EnterStandby: enterStandby,
    ExitStandby: exitStandby,
    ResumeProcesses: resumeProcesses,
    RollbackInstanceRefresh: rollbackRefresh,
    SetDesiredCapacity: setDesiredCapacity,
    SetInstanceHealth: setInstanceHealth,
    SetInstanceProtection: setInstanceProtection,
    StartInstanceRefresh: startRefresh,
    SuspendProcesses: suspendProcesses,
    TerminateInstanceInAutoScalingGroup: terminateInstance,
    UpdateAutoScalingGroup: updateGroup,
  } satisfies Record<string, GroupAction>),
);

/** moto's own: they know nothing of groups. */
const MOTOS: ReadonlySet<string> = new Set([
  'CreateLaunchConfiguration',
  'DeleteLaunchConfiguration',
  'DescribeLaunchConfigurations',
]);

/** Answers an action of the server's own; undefined where it is moto's. @throws AwsError */
export async function answerAutoScaling(
  world: WorldOfGroups,
  operation: string,
  call: Ec2Call,
): Promise<XmlElement | undefined> {
  const action = ACTIONS.get(operation);
  if (action !== undefined) return await action(world, call);
  if (MOTOS.has(operation)) return undefined;
  throw new AwsError('UnsupportedOperation', `The rehearsal does not do autoscaling:${operation}.`);
}
