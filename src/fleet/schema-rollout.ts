/** The schema of how images roll onto Auto Scaling groups. Ranges are those of AWS's API. */

import { z } from 'zod';
import { secondsOf } from './duration.ts';
import { groupName, name } from './fields.ts';
import { duration, level } from './fields-ossec.ts';

const DAYS_2 = 172_800;

/** Like every duration, but nothing may be waited for. */
const wait = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,5})[smhd]$/, { error: 'must be a duration: 0s, 90s, 10m or 6h' })
  .meta({ examples: ['10m'] });

const atMostTwoDays = wait.refine((text) => !/^[0-9]+[smhd]$/.test(text) || secondsOf(text) <= DAYS_2, {
  error: 'must be at most 48h',
});

function percent(least: number, most: number) {
  const error = `must be a percentage from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

const check = z.strictObject({
  name: name.describe('Shown with its result; unique.'),
  run: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(4000, { error: 'must be at most 4,000 characters; put more into a script' })
    .meta({
      description:
        'Run by /bin/sh in the folder of the fleet file, where bake runs; exit code 0 is what is wanted. It finds BAKE_GROUP, BAKE_REGION, BAKE_IMAGE, BAKE_REFRESH, BAKE_STAGE, BAKE_PERCENT and BAKE_INSTANCES (the new ones) in its environment.',
      examples: ['./scripts/smoke-test.sh'],
    }),
  time_limit: duration
    .default('2m')
    .describe('Not ended by then, it has failed. At least 20 s shorter than checkpoint_delay and bake_time.'),
});

const alertCheck = z
  .strictObject({
    level: level
      .min(1, { error: 'must be a level from 1 to 16' })
      .default(7)
      .describe('An alert of this level or above on a new instance fails it.'),
    time_limit: duration
      .default('1m')
      .describe(
        'Not answered by then, it has failed. At least 20 s shorter than checkpoint_delay and bake_time.',
      ),
  })
  .describe(
    "OSSEC's alerts on the new instances, read through SSM where checks run: the instances need its agent and a role for it. `{}` asks for level 7.",
  );

const guard = z
  .strictObject({
    namespace: z
      .string()
      .min(1, { error: 'must not be empty' })
      .max(255)
      .describe('Namespace of the metric.'),
    metric: z.string().min(1, { error: 'must not be empty' }).max(255).describe('Name of the metric.'),
    statistic: z
      .enum(['sum', 'average', 'maximum', 'minimum', 'sample_count'])
      .default('sum')
      .describe('What is made of the values of a period.'),
    above: z.number({ error: 'must be a number' }).describe('More than this fails the rollout.'),
    period: duration
      .default('1m')
      .refine((text) => !/^[0-9]+[smhd]$/.test(text) || secondsOf(text) % 60 === 0, {
        error: 'must be whole minutes',
      })
      .describe('Whole minutes.'),
  })
  .describe(
    'A metric that instances publish with the dimensions AutoScalingGroupName and ImageId. bake makes an alarm of it for the new image before a rollout and deletes it after: a guard that needs no running bake.',
  );

const settings = {
  minimum_healthy: percent(0, 100)
    .optional()
    .describe(
      'Percentage of the desired capacity that stays healthy and warmed up. Default: of the group, else 90.',
    ),
  maximum_healthy: percent(100, 200)
    .optional()
    .describe(
      'Percentage of the desired capacity that may run at once; above 100, instances are launched before others go. At most 100 above the minimum. Default: of the group.',
    ),
  warmup: wait.optional().describe('From entering service until an instance counts. Default: of the group.'),
  checkpoints: z
    .array(percent(1, 100))
    .optional()
    .meta({
      description: 'Rising percentages at which the rollout waits. The last one is to be 100.',
      examples: [[10, 50, 100]],
    }),
  checkpoint_delay: atMostTwoDays
    .optional()
    .describe('How long it waits at each. When it is over, AWS goes on by itself. Default: 15m.'),
  bake_time: atMostTwoDays.optional().describe('How long it waits at the end. Default: not at all.'),
  skip_matching: z
    .boolean()
    .optional()
    .describe('Leaves instances alone that have the new version already. Default: true.'),
  auto_rollback: z.boolean().optional().describe('Goes back by itself where it fails. Default: true.'),
  scale_in_protected: z
    .enum(['refresh', 'ignore', 'wait'])
    .optional()
    .describe(
      'Instances that are protected from scale-in: replaces them, leaves them, or waits an hour and fails. Default: wait.',
    ),
  standby: z
    .enum(['terminate', 'ignore', 'wait'])
    .optional()
    .describe(
      'Instances in standby: terminates them, leaves them, or waits an hour and fails. Default: wait.',
    ),
  alarms: z
    .array(z.string().min(1, { error: 'must not be empty' }))
    .max(10, { error: 'must be 10 alarms at most' })
    .optional()
    .describe('CloudWatch alarms that fail the rollout, by name: the guard that needs no running bake.'),
  managed_by: z
    .enum(['cloudformation', 'terraform'])
    .optional()
    .describe('What else changes the groups. Default: as their tags say.'),
  checks: z
    .array(check)
    .optional()
    .describe(
      'Commands that run at every checkpoint below 100 and during the bake time. One that fails rolls back at once. They need a running bake: without it AWS goes on.',
    ),
  alert_check: alertCheck.optional(),
  guard: guard.optional(),
};

/** Everything may be left out: a role's comes before the fleet's, and both before the group's own. */
export const rollout = z.strictObject(settings).prefault({});

const waves = z
  .strictObject({
    canary: z
      .array(groupName)
      .default([])
      .meta({ description: 'Groups that go first, by name.', examples: [['web-canary']] }),
    at_once: z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be at least 1' })
      .optional()
      .describe('How many of the other groups go at once. Default: all of them.'),
    undo: z
      .boolean()
      .default(false)
      .describe('Whether a failed wave also undoes the groups that succeeded before it.'),
  })
  .describe('Several groups one after the other: a wave begins when the one before it has succeeded.');

/** How one group follows another is the fleet's alone. */
export const fleetRollout = z.strictObject({ ...settings, waves: waves.optional() }).prefault({});
