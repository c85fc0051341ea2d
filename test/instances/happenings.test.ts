import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happeningsOf } from '../../src/instances/happenings.ts';
import type { InstanceState } from '../../src/instances/look.ts';
import { planLines } from '../../src/report/instances/push.ts';
import { instanceLines } from '../../src/report/instances/status.ts';
import type { Aws } from '../../src/world/aws.ts';
import { testRole } from '../support/fleet.ts';

test('rollouts, pushes and maintenance windows may be what a storm comes from; a question is not', async () => {
  const sent = (document: string, comment = '') => ({ id: 'c', document, comment, sentAtSeconds: 5000 });
  const refresh = { id: 'r-1', startedAtSeconds: 4000, endedAtSeconds: 6000 };
  const aws = {
    rollouts: { refreshes: async () => [refresh, { ...refresh, startedAtSeconds: 1, endedAtSeconds: 2 }] },
    commands: {
      history: async () => [
        sent('bake-push-shop'),
        sent('bake-maintenance', 'maintenance: begin'),
        sent('bake-maintenance', 'maintenance: status'),
        sent('bake-look'),
      ],
    },
  } as unknown as Pick<Aws, 'rollouts' | 'commands'>;
  const found = await happeningsOf(aws, ['web-1'], { from: 7000, to: 9000, previousFrom: undefined });
  assert.deepEqual(
    found.map(({ kind, name }) => `${kind} ${name}`),
    ['rollout of web-1 (r-1)', 'push of the shop fleet', 'maintenance window'],
  );
});

test('what an instance says reaches no terminal as it is', () => {
  const role = testRole();
  const hostile = '\u001b[2J';
  const planned = {
    changes: [],
    upToDate: [
      { id: 'i-1', group: 'g', role, change: { kind: 'none' as const }, state: {} as InstanceState },
    ],
    unreachable: [{ id: 'i-2', group: 'g', role, problem: hostile }],
  };
  const lines = [
    ...planLines(planned, () => assert.fail('nothing changes')),
    ...instanceLines([
      {
        ...{ id: 'i-2', group: 'g', role: 'web', imageId: 'ami-1', imageName: undefined, ossec: hostile },
        ...{ rules: undefined, pushedAt: undefined, change: undefined, down: [], problem: hostile },
        lastFailure: undefined,
      },
    ]),
  ];
  assert.deepEqual(lines.slice(0, 2), ['up to date: i-1', 'i-2: not reached: \\x1b[2J']);
  for (const line of lines) assert.doesNotMatch(line, /\p{Cc}/u);
});
