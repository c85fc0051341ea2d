/** Protected instances, instances in standby, failures, alarms, and the hour of patience. */

import { group, member } from '../imagined.ts';
import { worked } from './worked.ts';

const PROTECTED = { scaleInProtected: true };
const STANDBY = { state: 'Standby' } as const;
/** `a` and `b` in service, `c` in standby, as a group of two. */
const WITH_STANDBY = group(2, { members: [member(0), member(1), member(2, STANDBY)], nextSequence: 3 });

worked([
  {
    what: 'protected, Refresh: replaced like the others',
    source: ['defaults', 'Refresh replaces instances that are protected'],
    group: group(2, { members: [member(0, PROTECTED), member(1)] }),
    preferences: { scaleInProtected: 'Refresh' },
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '60 terminate b, launch new-3',
      '120 Successful, save 2',
    ],
  },
  {
    what: 'protected, Ignore: left alone, and no obstacle',
    source: ['defaults', 'Ignore goes on with instances that are not protected'],
    group: group(2, { members: [member(0, PROTECTED), member(1)] }),
    preferences: { scaleInProtected: 'Ignore' },
    expected: ['0 Pending, InProgress, terminate b, launch new-2', '60 Successful, save 2'],
  },
  {
    what: 'protected, Wait: the others first, then an hour, then it fails',
    source: ['defaults', 'Wait waits one hour for the protection to be removed, and fails otherwise'],
    assumes: ['hour-begins'],
    group: group(2, { members: [member(0, PROTECTED), member(1)] }),
    expected: ['0 Pending, InProgress, terminate b, launch new-2', '3660 Failed'],
  },
  {
    what: 'protected, Wait: unprotected within the hour, it is replaced',
    source: ['limitations', 'it keeps trying for an hour'],
    group: group(1, { members: [member(0, PROTECTED)] }),
    events: [{ atSeconds: 3000, event: { kind: 'protection', instance: 'a', isOn: false } }],
    expected: ['0 Pending, InProgress', '3000 terminate a, launch new-1', '3060 Successful, save 2'],
  },
  {
    what: 'standby, Ignore: left alone',
    source: ['defaults', 'Ignore goes on with instances that are in service'],
    group: WITH_STANDBY,
    preferences: { standby: 'Ignore' },
    expected: [
      '0 Pending, InProgress, terminate a, launch new-3',
      '60 terminate b, launch new-4',
      '120 Successful, save 2',
    ],
  },
  {
    what: 'standby, Terminate: terminated, and not replaced, since it does not count to the capacity',
    source: ['defaults', 'Terminate terminates instances that are in standby'],
    assumes: ['standby-first'],
    group: WITH_STANDBY,
    preferences: { standby: 'Terminate' },
    expected: [
      '0 Pending, InProgress, terminate c, terminate a, launch new-3',
      '60 terminate b, launch new-4',
      '120 Successful, save 2',
    ],
  },
  {
    what: 'standby, Wait: the others first, then an hour, then it fails',
    source: ['defaults', 'Wait waits one hour for the instances to return, and fails otherwise'],
    group: WITH_STANDBY,
    expected: [
      '0 Pending, InProgress, terminate a, launch new-3',
      '60 terminate b, launch new-4',
      '3720 Failed',
    ],
  },
  {
    what: 'standby, Wait: back in service, it is replaced',
    source: ['standby', 'putting it back into service raises the capacity again'],
    group: WITH_STANDBY,
    events: [{ atSeconds: 500, event: { kind: 'standby', instance: 'c', isOn: false, desiredCapacity: 3 } }],
    expected: [
      '0 Pending, InProgress, terminate a, launch new-3',
      '60 terminate b, launch new-4',
      '500 terminate c, launch new-5',
      '560 Successful, save 2',
    ],
  },
  {
    what: 'launches that fail are repeated for an hour',
    source: ['auto-rollback', 'with launch failures it tries for one hour before it fails'],
    assumes: ['launch-retry', 'hour-begins'],
    group: group(2),
    launch: () => ({ seconds: 1200, fails: true }),
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '1260 launch new-3',
      '2520 launch new-4',
      '3780 launch new-5',
      '4800 Failed',
      '5040 launch new-6',
    ],
  },
  {
    what: 'one launch that fails is no failure',
    source: ['limitations', 'the hour is for temporary issues'],
    assumes: ['launch-retry'],
    group: group(2),
    launch: (sequence) => ({ seconds: 60, fails: sequence === 2 }),
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '120 launch new-3',
      '180 terminate b, launch new-4',
      '240 Successful, save 2',
    ],
  },
  {
    what: 'new instances that never pass are replaced until the hour is over',
    source: [
      'concepts',
      'new instances that fail their health checks are terminated and replaced; in the end it fails',
    ],
    assumes: ['hour-begins'],
    group: group(2),
    preferences: { warmupSeconds: 1000 },
    launch: () => ({ seconds: 100, unhealthyAfterSeconds: 900 }),
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '1000 terminate new-2 (unhealthy), launch new-3',
      '2000 terminate new-3 (unhealthy), launch new-4',
      '3000 terminate new-4 (unhealthy), launch new-5',
      '4000 terminate new-5 (unhealthy), launch new-6',
      '4600 Failed',
      '5000 terminate new-6 (unhealthy), launch new-7',
    ],
  },
  {
    what: 'an old instance that turns unhealthy is replaced by a new one',
    source: ['concepts', 'what is launched during the refresh is launched from the desired configuration'],
    group: group(3),
    preferences: { minimumHealthyPercent: 50 },
    events: [{ atSeconds: 30, event: { kind: 'health', instance: 'c', health: 'Unhealthy' } }],
    expected: [
      '0 Pending, InProgress, terminate a, launch new-3',
      '30 terminate c (unhealthy), launch new-4',
      '90 terminate b, launch new-5',
      '150 Successful, save 2',
    ],
  },
  {
    what: 'an alarm without auto rollback fails the refresh, and nothing goes back',
    source: ['auto-rollback', 'without auto rollback an alarm fails the refresh without rolling back'],
    group: group(2),
    preferences: { alarms: ['errors'] },
    events: [{ atSeconds: 90, event: { kind: 'alarm', name: 'errors', state: 'ALARM' } }],
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '60 terminate b, launch new-3',
      '90 Failed',
    ],
  },
  {
    what: 'an alarm that lacks data holds the next batch up',
    source: ['auto-rollback', 'without data points no instance can be replaced until there are new ones'],
    assumes: ['alarm-without-data'],
    group: group(2),
    preferences: { alarms: ['errors'] },
    events: [
      { atSeconds: 30, event: { kind: 'alarm', name: 'errors', state: 'INSUFFICIENT_DATA' } },
      { atSeconds: 7200, event: { kind: 'alarm', name: 'errors', state: 'OK' } },
    ],
    expected: [
      '0 Pending, InProgress, terminate a, launch new-2',
      '7200 terminate b, launch new-3',
      '7260 Successful, save 2',
    ],
  },
  {
    what: 'another alarm of the account is none of its business',
    source: ['preferences', 'the alarms that are given can fail it'],
    group: group(1),
    preferences: { alarms: ['errors'] },
    events: [{ atSeconds: 30, event: { kind: 'alarm', name: 'disk', state: 'ALARM' } }],
    expected: ['0 Pending, InProgress, terminate a, launch new-1', '60 Successful, save 2'],
  },
  {
    what: 'too few healthy ones left: nothing goes until they are back',
    source: ['concepts', 'the minimum is needed for the refresh to continue'],
    group: group(4, {
      members: [0, 1, 2, 3].map((index) => member(index, index < 2 ? {} : { warmAtSeconds: 900 })),
    }),
    preferences: { minimumHealthyPercent: 75 },
    expected: [
      '0 Pending, InProgress',
      '900 terminate a, launch new-4',
      '960 terminate b, launch new-5',
      '1020 terminate c, launch new-6',
      '1080 terminate d, launch new-7',
      '1140 Successful, save 2',
    ],
  },
  {
    what: 'after 14 days it fails, however much is being done',
    source: ['limitations', 'the longest that instances are replaced is 14 days'],
    assumes: ['fourteen-days'],
    group: group(1),
    launch: () => ({ seconds: 20 * 86_400 }),
    expected: ['0 Pending, InProgress, terminate a, launch new-1', '1209600 Failed'],
  },
]);
