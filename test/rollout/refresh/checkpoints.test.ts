/** Checkpoints and bake time. Launches take a minute; `a` to `j` are old, `new-N` is the Nth. */

import { group, member, NEW, template } from '../imagined.ts';
import { worked } from './worked.ts';

/** Launched from the new version already. */
function updated(index: number) {
  return member(index, { launchTemplate: template('2') });
}

worked([
  {
    what: "AWS's own example: 20 and 50 percent of ten, 15 minutes at a checkpoint, 10 minutes of warmup",
    source: [
      'checkpoint-considerations',
      'two at 0:00, warm at 0:10, two more at 0:25, warm at 0:35, the last one then, 50 percent at 0:45',
    ],
    group: group(10),
    preferences: {
      minimumHealthyPercent: 80,
      warmupSeconds: 540,
      checkpointPercents: [20, 50],
      checkpointDelaySeconds: 900,
    },
    expected: [
      '0 Pending, InProgress, terminate a, terminate b, launch new-10, launch new-11',
      '600 checkpoint 20 until 1500',
      '1500 terminate c, terminate d, launch new-12, launch new-13',
      '2100 terminate e, launch new-14',
      '2700 Successful, save 2',
    ],
  },
  {
    what: 'a checkpoint is skipped where one instance is more than two of them',
    source: [
      'checkpoint-considerations',
      'with 10, 40 and 100 percent of two instances, the first one passes the first two checkpoints',
    ],
    group: group(2),
    preferences: { checkpointPercents: [10, 40, 100], checkpointDelaySeconds: 600 },
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '60 checkpoint 40 until 660',
      '660 terminate b, launch new-3',
      '720 Successful, save 2',
    ],
  },
  {
    what: 'more than the percentage may be replaced, and never less',
    source: ['checkpoint-considerations', 'one of four instances is enough for 20 percent'],
    group: group(4),
    preferences: { minimumHealthyPercent: 0, checkpointPercents: [20, 100], checkpointDelaySeconds: 600 },
    expected: [
      '0 Pending, InProgress, terminate a, launch new-4',
      '60 checkpoint 20 until 660',
      '660 terminate b, terminate c, terminate d, launch new-5, launch new-6, launch new-7',
      '720 Successful, save 2',
    ],
  },
  {
    what: 'at 100 percent there is no wait',
    source: ['checkpoint-usage', 'after the wait at 20 percent the rest is refreshed before it concludes'],
    assumes: ['checkpoint-wait'],
    group: group(1),
    preferences: { checkpointPercents: [100] },
    expected: ['0 Pending, InProgress, terminate a, launch new-1', '60 Successful, save 2'],
  },
  {
    what: 'a last checkpoint below 100 ends with a success, and the group keeps old instances',
    source: ['checkpoint-considerations', 'with a last one below 100 it stops there, and does not go on'],
    group: group(4),
    preferences: { minimumHealthyPercent: 50, checkpointPercents: [50] },
    expected: [
      '0 Pending, InProgress, terminate a, terminate b, launch new-4, launch new-5',
      '60 Successful, save 2',
    ],
  },
  {
    what: 'instances beyond the capacity are gone before a checkpoint counts',
    source: ['checkpoints', 'at least that percentage of the instances is new when a checkpoint is reached'],
    group: group(4),
    preferences: {
      minimumHealthyPercent: 100,
      maximumHealthyPercent: 200,
      checkpointPercents: [50, 100],
      checkpointDelaySeconds: 600,
    },
    expected: [
      '0 Pending, InProgress, launch new-4, launch new-5',
      '60 terminate a, terminate b, checkpoint 50 until 660',
      '660 launch new-6, launch new-7',
      '720 terminate c, terminate d',
      '720 Successful, save 2',
    ],
  },
  {
    what: 'a checkpoint without a wait is passed at once',
    source: ['preferences', 'the wait is 0 to 172800 seconds'],
    group: group(2),
    preferences: { checkpointPercents: [50, 100], checkpointDelaySeconds: 0 },
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '60 checkpoint 50 until 60, terminate b, launch new-3',
      '120 Successful, save 2',
    ],
  },
  {
    what: 'a group that grows during the wait is at the checkpoint again',
    source: [
      'checkpoint-considerations',
      'when the group grows, a checkpoint can be reached again, with its wait',
    ],
    group: group(4),
    preferences: { minimumHealthyPercent: 50, checkpointPercents: [50, 100], checkpointDelaySeconds: 600 },
    events: [{ atSeconds: 100, event: { kind: 'capacity', desired: 8 } }],
    expected: [
      '0 Pending, InProgress, terminate a, terminate b, launch new-4, launch new-5',
      '60 checkpoint 50 until 660',
      '100 launch new-6, launch new-7, launch new-8, launch new-9',
      '160 checkpoint 50 until 760',
      '760 terminate c, terminate d, launch new-10, launch new-11',
      '820 Successful, save 2',
    ],
  },
  {
    what: 'skipped instances count towards a checkpoint',
    source: ['checkpoints', 'what counts is how many instances of the group are new'],
    assumes: ['skipped-count'],
    group: group(4, { members: [updated(0), updated(1), member(2), member(3)] }),
    preferences: { skipMatching: true, checkpointPercents: [25, 75, 100], checkpointDelaySeconds: 600 },
    expected: [
      '0 Pending, InProgress, terminate c, launch new-4',
      '60 checkpoint 75 until 660',
      '660 terminate d, launch new-5',
      '720 Successful, save 2',
    ],
  },
  {
    what: 'during the bake time nothing is replaced, and only then it is a success',
    source: ['preferences', 'so long is waited at the end before the refresh counts as complete'],
    group: group(1),
    preferences: { bakeSeconds: 1800 },
    expected: ['0 Pending, InProgress, terminate a, launch new-1', '60 Baking', '1860 Successful, save 2'],
  },
  {
    what: 'a new instance that fails during the bake time is replaced, and waited for',
    source: ['overview', 'instances that are found to be unhealthy are terminated and replaced'],
    assumes: ['bake-heeds'],
    group: group(1),
    preferences: { bakeSeconds: 100, warmupSeconds: 300 },
    launch: (sequence) => ({ seconds: 60, ...(sequence === 1 ? { unhealthyAfterSeconds: 350 } : {}) }),
    expected: [
      '0 Pending, InProgress, terminate a, launch new-1',
      '360 Baking',
      '410 terminate new-1 (unhealthy), launch new-2',
      '770 Successful, save 2',
    ],
  },
  {
    what: 'skip matching with nothing to change succeeds at once, without bake time',
    source: ['skip-matching', 'where nothing is changing it succeeds at once and replaces nothing'],
    assumes: ['no-bake-for-nothing'],
    group: group(2, { configuration: NEW, members: [updated(0), updated(1)] }),
    preferences: { skipMatching: true, bakeSeconds: 600 },
    expected: ['0 Pending, InProgress, Successful, save 2'],
  },
  {
    what: 'skip matching replaces what does not match, and nothing else',
    source: ['skip-matching', 'only instances that do not match the desired configuration are replaced'],
    group: group(3, { members: [updated(0), member(1), updated(2)] }),
    preferences: { skipMatching: true },
    expected: ['0 Pending, InProgress, terminate b, launch new-3', '60 Successful, save 2'],
  },
  {
    what: 'without skip matching an instance of the same version is replaced too',
    source: ['skip-matching', 'without it all instances are replaced, even where the template is the same'],
    group: group(1, { configuration: NEW, members: [updated(0)] }),
    expected: ['0 Pending, InProgress, terminate a, launch new-1', '60 Successful, save 2'],
  },
  {
    what: 'without a desired configuration, what is saved is launched again',
    source: ['skip-matching', 'without a desired configuration the last saved one counts'],
    group: group(2, { members: [member(0), updated(1)] }),
    desired: 'none',
    preferences: { skipMatching: true },
    expected: ['0 Pending, InProgress, terminate b, launch new-2 of 1', '60 Successful'],
  },
]);
