/** The door to Auto Scaling groups, their refreshes and their launch templates. */

import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import { lazily } from '../lazily.ts';
import { alarmStates, deleteAlarm, putAlarm } from './alarms.ts';
import { activities, groups, groupsTagged, set, tag } from './groups.ts';
import { architectures, createVersion, denied, image, versions } from './launches.ts';
import type { Rollouts } from './model.ts';
import { cancel, refreshes, rollBack, start } from './refreshes.ts';
import { targetHealth } from './targets.ts';

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
    cancel: async (group) => cancel(await scaling(), group),
    rollBack: async (group) => rollBack(await scaling(), group),
    tag: async (group, tags) => tag(await scaling(), group, tags),
    set: async (group, configuration) => set(await scaling(), group, configuration),
  };
}
