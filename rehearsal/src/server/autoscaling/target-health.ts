/** What target groups find of the instances in them. Pure. */

import type { Member } from '../../../../src/rollout/refresh/state.ts';
import type { XmlElement } from '../wire/xml.ts';
import type { Group } from './model.ts';

/** Nothing of what is not registered yet, or not in service any more. */
export function encodeTarget(
  { launched, sick }: Group,
  { id, state, health }: Member,
): XmlElement | undefined {
  const instanceId = launched.get(id)?.instanceId;
  if (instanceId === undefined || state === 'Pending' || state === 'Standby') return undefined;
  const reason = sick.get(id)?.reason ?? (health === 'Unhealthy' ? 'Health checks failed' : undefined);
  return {
    Target: { Id: instanceId, Port: 80 },
    HealthCheckPort: '80',
    TargetHealth: state === 'Terminating' ? DRAINING : healthOf(reason),
  };
}

const DRAINING: XmlElement = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
};

/** AWS's reason code goes with its words. */
function healthOf(reason: string | undefined): XmlElement {
  if (reason === undefined) return { State: 'healthy' };
  const Reason = /codes/.test(reason) ? 'Target.ResponseCodeMismatch' : 'Target.FailedHealthChecks';
  return { State: 'unhealthy', Reason, Description: reason };
}

/** What is sick in its target groups is so to a group that heeds load balancers, once its grace period is over. */
export function isGivenUp(
  { sick, healthCheckType, healthCheckGraceSeconds }: Group,
  { id, state, health }: Member,
  nowSeconds: number,
): boolean {
  const since = sick.get(id)?.sinceSeconds;
  if (since === undefined || state !== 'InService' || health === 'Unhealthy') return false;
  return /\bELB\b/.test(healthCheckType) && nowSeconds >= since + healthCheckGraceSeconds;
}
