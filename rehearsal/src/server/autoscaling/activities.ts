/** Scaling activities: one for each launch and each termination. Pure. */

import { createHash } from 'node:crypto';
import type { Activity, Group } from './model.ts';

const KEPT = 1000;

/** What an instance did not pass, in AWS's words. */
export type HealthCheck = 'EC2 health check' | 'ELB system health check failure';

/** The group with an activity that begins. `what` names it among the group's. */
export function began(
  group: Group,
  now: Date,
  what: string,
  { description, failed }: { readonly description: string; readonly failed?: HealthCheck | undefined },
): Partial<Group> {
  const activity: Activity = {
    id: idOf(group, what),
    description,
    cause: failed === undefined ? causeOf(group, now) : sickCause(now, failed),
    startTime: now,
    endTime: undefined,
    status: 'InProgress',
    message: '',
  };
  return { activities: [activity, ...group.activities].slice(0, KEPT) };
}

/** The group with an activity that has ended. */
export function ended(
  group: Group,
  now: Date,
  what: string,
  status: Activity['status'],
  message: string,
): Partial<Group> {
  const id = idOf(group, what);
  const instanceId = group.launched.get(what)?.instanceId;
  return {
    activities: group.activities.map((activity) => {
      if (activity.id !== id) return activity;
      const named = instanceId === undefined ? '' : `: ${instanceId}`;
      const reason = message === '' ? '' : `.  Status Reason: ${message}`;
      return {
        ...activity,
        description: `${activity.description}${named}${reason}`,
        endTime: now,
        status,
        message,
      };
    }),
  };
}

function sickCause(now: Date, failed: HealthCheck): string {
  return `At ${timeOf(now)} an instance was taken out of service in response to an ${failed}.`;
}

function timeOf(now: Date): string {
  return now.toISOString().replace(/\.\d+/, '');
}

function causeOf({ machine: { refresh } }: Group, now: Date): string {
  const at = timeOf(now);
  return refresh === undefined || refresh.endedAtSeconds !== undefined
    ? `At ${at} the group's capacity was not the desired one.`
    : `At ${at} an instance was changed in response to an instance refresh.`;
}

/** In the shape of AWS's. */
function idOf({ arn }: Group, what: string): string {
  const hex = createHash('sha256').update(`${arn} ${what}`).digest('hex');
  return [8, 4, 4, 4, 12].reduce(
    ({ text, at }, length) => ({
      text: `${text}${text && '-'}${hex.slice(at, at + length)}`,
      at: at + length,
    }),
    { text: '', at: 0 },
  ).text;
}
