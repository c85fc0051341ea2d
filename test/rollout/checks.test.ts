/** Where a refresh waits, what checks need, and what alerts mean. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAlerts } from '../../src/rollout/checks/alerts.ts';
import type { AlertCheck, Check } from '../../src/rollout/checks/model.ts';
import { checkProblems } from '../../src/rollout/checks/problems.ts';
import { stageOf } from '../../src/rollout/checks/stage.ts';
import type { Instance, Refresh } from '../../src/rollout/model.ts';
import { groupOf, instance, refresh } from './facts.ts';
import { template } from './imagined.ts';

const SMOKE: Check = { kind: 'command', name: 'smoke', run: 'true', limitSeconds: 120 };
const ALERTS: AlertCheck = { kind: 'alerts', name: 'alerts', level: 7, limitSeconds: 60 };

/** `new`, `old`, `pending` and `sick` instances of four that there are to be. */
function stage(kinds: readonly string[], changes: Partial<Refresh>, matched: number | 'unseen' = 0) {
  const instances = kinds.map((kind, index): Instance => {
    const launchTemplate = template(kind === 'old' ? '1' : '2');
    const lifecycle = kind === 'pending' ? 'Pending' : 'InService';
    return instance(index, { launchTemplate, lifecycle, health: kind === 'sick' ? 'Unhealthy' : 'Healthy' });
  });
  const look = { refresh: refresh(changes), group: groupOf(4, { instances }), activities: [], targets: [] };
  const found = stageOf(look, {
    checkpoints: [25, 50, 100],
    matched: matched === 'unseen' ? undefined : matched,
  });
  return found === undefined ? 'at work' : `${found.kind} ${found.percent}`;
}

const HALF = { percentComplete: 50, instancesToUpdate: 2 };

const STAGES: ReadonlyArray<readonly [what: string, is: string, expected: string]> = [
  ['half of them are new and warm', stage(['new', 'new', 'old', 'old'], HALF), 'checkpoint 50'],
  [
    'they are in service, and still warming up',
    stage(['new', 'new', 'old', 'old'], { percentComplete: 0, instancesToUpdate: 2 }),
    'at work',
  ],
  ['the next ones are on their way', stage(['new', 'new', 'pending', 'old'], HALF), 'at work'],
  [
    'one is sick',
    stage(['new', 'sick', 'old', 'old'], { percentComplete: 25, instancesToUpdate: 3 }),
    'checkpoint 25',
  ],
  ['nothing is new yet', stage(['old', 'old', 'old', 'old'], { percentComplete: 0 }), 'at work'],
  [
    'what was new before counts for the checkpoint, and not as launched',
    stage(['new', 'new', 'old', 'old'], { percentComplete: 33, instancesToUpdate: 2 }, 1),
    'checkpoint 50',
  ],
  ['nothing was launched yet', stage(['new', 'new', 'old', 'old'], { percentComplete: 0 }, 2), 'at work'],
  [
    'nobody saw the beginning',
    stage(['new', 'new', 'old', 'old'], { percentComplete: 33, instancesToUpdate: 2 }, 'unseen'),
    'checkpoint 50',
  ],
  [
    'nothing is left',
    stage(['new', 'new', 'new', 'new'], { percentComplete: 100, instancesToUpdate: 0 }),
    'at work',
  ],
  ['it bakes', stage(['new', 'new', 'new', 'new'], { status: 'Baking' }), 'bake 100'],
  ['it goes back', stage(['new', 'new', 'old', 'old'], { ...HALF, status: 'RollbackInProgress' }), 'at work'],
];

for (const [what, is, expected] of STAGES) test(`${what}: ${expected}`, () => assert.equal(is, expected));

test('a check that could not be heeded is a problem', () => {
  const problems = (requested: Parameters<typeof checkProblems>[1]) =>
    checkProblems([SMOKE], requested).length;
  assert.equal(problems({}), 1);
  assert.equal(problems({ checkpointPercents: [100], checkpointDelaySeconds: 900 }), 1);
  assert.equal(problems({ checkpointPercents: [50, 100], checkpointDelaySeconds: 139 }), 1);
  assert.equal(problems({ checkpointPercents: [50, 100], checkpointDelaySeconds: 140 }), 0);
  assert.equal(problems({ checkpointPercents: [50, 100], checkpointDelaySeconds: 140, bakeSeconds: 60 }), 1);
  assert.equal(problems({ bakeSeconds: 600 }), 0);
  assert.deepEqual(checkProblems([], {}), []);
});

test('an alert fails the check, and so does silence', () => {
  const first = { rule: 1002, level: 9, description: 'Something happened' };
  const judge = (counts: Readonly<Record<string, number>>, problems: Readonly<Record<string, string>> = {}) =>
    judgeAlerts(ALERTS, {
      answers: new Map(
        Object.entries(counts).map(([id, count]) => [id, { count, first: count > 0 ? first : null }]),
      ),
      problems: new Map(Object.entries(problems)),
    });
  assert.deepEqual(judge({ 'i-1': 0, 'i-2': 0 }), { passed: true, why: '' });
  assert.equal(
    judge({ 'i-1': 0, 'i-2': 1, 'i-3': 4 }).why,
    'alerts of level 7 or above on i-2, and 1 instance more: rule 1002 (level 9) Something happened',
  );
  assert.deepEqual(judge({ 'i-1': 0 }, { 'i-2': 'no agent' }), {
    passed: false,
    why: 'i-2 could not be asked: no agent',
  });
});
