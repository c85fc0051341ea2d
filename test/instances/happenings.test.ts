import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happeningsOf } from '../../src/instances/happenings.ts';
import type { InstanceState } from '../../src/instances/look.ts';
import { planLines } from '../../src/report/instances/push.ts';
import { instanceLines } from '../../src/report/instances/status.ts';
import type { Aws } from '../../src/world/aws.ts';
import { testRole } from '../support/fleet.ts';

const sent = (document: string, sentAtSeconds: number, comment = '', instanceIds = ['i-1', 'i-9']) => ({
  ...{ id: 'c', document, comment, instanceIds, sentAtSeconds },
});
const window = (kind: string, at: number) => sent('bake-maintenance', at, `maintenance: ${kind}`);

async function found(history: readonly unknown[], refreshes: readonly unknown[] = []): Promise<unknown[]> {
  const aws = {
    rollouts: { refreshes: async () => refreshes },
    commands: { history: async () => history },
  } as unknown as Pick<Aws, 'rollouts' | 'commands'>;
  const concerned = { groups: ['web-1'], instanceIds: ['i-1', 'i-2'] };
  const happenings = await happeningsOf(aws, concerned, { from: 7000, to: 90_000, previousFrom: undefined });
  return happenings.map(({ kind, name, from, to }) => [kind, name, from, to]);
}

test('rollouts, pushes and maintenance windows may be what a storm comes from; a question is not', async () => {
  const refresh = { id: 'r-1', startedAtSeconds: 4000, endedAtSeconds: 6000 };
  const all = await found(
    [sent('bake-push-shop', 5000), window('begin', 8000), window('status', 8200), sent('bake-look', 5000)],
    [refresh, { ...refresh, startedAtSeconds: 1, endedAtSeconds: 2 }],
  );
  assert.deepEqual(all, [
    ['rollout', 'of web-1 (r-1)', 4000, 6000],
    ['push', 'of the shop fleet', 5000, 5000],
    ['maintenance', 'window', 8000, 8000 + 4 * 3600],
  ]);
});

test('a push is over with its last wave, and a window with its end', async () => {
  const waves = [7000, 7300, 9000, 20_000].map((at) => sent('bake-push-shop', at));
  assert.deepEqual(await found(waves), [
    ['push', 'of the shop fleet', 7000, 9000],
    ['push', 'of the shop fleet', 20_000, 20_000],
  ]);
  // The newest first, as SSM lists them; two commands each, for more than fifty instances.
  const windows = [window('begin', 80_000), window('end', 8601), window('end', 8600), window('begin', 8001)];
  assert.deepEqual(await found([...windows, window('begin', 8000)]), [
    ['maintenance', 'window', 8000, 8600],
    ['maintenance', 'window', 80_000, undefined],
  ]);
});

test('what was sent to other instances explains nothing of these', async () => {
  assert.deepEqual(
    await found([sent('bake-push-shop', 8000, '', ['i-7']), sent('bake-push-shop', 8000, '', [])]),
    [],
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
        ...{
          rules: undefined,
          pushedAt: undefined,
          change: undefined,
          down: [],
          extra: [],
          problem: hostile,
        },
        lastFailure: undefined,
      },
    ]),
  ];
  assert.deepEqual(lines.slice(0, 2), ['up to date: i-1', 'i-2: not reached: \\x1b[2J']);
  for (const line of lines) assert.doesNotMatch(line, /\p{Cc}/u);
});
