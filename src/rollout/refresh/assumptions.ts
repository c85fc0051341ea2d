/**
 * What AWS's documentation leaves open, and what the model does there. The one list: a prediction names those
 * that matter to it, and the tests name those that they rest on.
 */

export const ASSUMPTIONS = {
  'maximum-rounding': 'the maximum healthy percentage is rounded down to whole instances',
  'minimum-rounding': 'the minimum healthy percentage is rounded up to whole instances',
  'omitted-maximum-of-100':
    'with a minimum that allows no replacement and no maximum given, one instance is terminated while its replacement is launched',
  'whole-band':
    'a batch uses the whole band at once: old instances down to the minimum, new ones up to the maximum',
  'surge-beyond-maximum-size':
    "a refresh may exceed the group's maximum size, as its healthy percentages allow",
  'batch-waits':
    'a batch starts when every new instance is healthy and warmed up; terminations are waited for at the end only',
  order: 'instances that are not ready are replaced first, then in the order in which they were launched',
  'skipped-count':
    'instances that are skipped count as new ones for checkpoints; a checkpoint that they alone reach is passed without a wait',
  'checkpoint-wait':
    'the wait at a checkpoint begins when its instances are warmed up; there is none at the last one, nor where nothing is left',
  'standby-first':
    'instances in standby that may be terminated go with the first batch, and are not replaced',
  'hour-begins':
    'the hour of patience begins with the first failure, or when nothing can be replaced, and begins anew when an instance gets ready',
  'launch-retry': 'a launch that failed is tried again after 60 seconds',
  'alarm-without-data': 'an alarm that lacks data holds new batches up, and does not make the hour run',
  'bake-heeds':
    'during the bake time alarms fail the refresh, unhealthy instances are replaced, and the end waits for them',
  'no-bake-for-nothing': 'where nothing was replaced there is no bake time',
  'rollback-preferences':
    'a rollback keeps to the same percentages, warmup, protection and standby settings, without checkpoints, bake time and alarms',
  'rollback-pending': 'a rollback terminates instances that are not ready yet at once',
  'rollback-patience': 'a rollback has an hour and 14 days of its own',
  'after-the-end': 'what is too many when a refresh ends goes in the order of launch, unless it is protected',
  'missing-after-cancel': 'what is missing while a refresh is being cancelled is launched when it has been',
  'nothing-to-do': 'a group without instances is refreshed at once',
  'fourteen-days': 'the 14 days are counted from the start, waits included',
} as const;

export type Assumption = keyof typeof ASSUMPTIONS;
