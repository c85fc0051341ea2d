import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOf } from '../../faults/checks.ts';
import { stockLost } from '../../faults/stock.ts';
import { count, resultsPage } from '../../faults/table.ts';

const END = { exitCode: 0, seconds: 1, stderr: '', events: [] };

function failing(failure: Readonly<Record<string, unknown>>, parts = {}) {
  return { ...END, exitCode: 1, events: [{ type: 'failure', failure }], ...parts };
}

test('a command that ends well, or is killed, has lost nothing by its words', () => {
  for (const exitCode of [0, undefined]) assert.deepEqual(verdictOf({ ...END, exitCode }, []).lost, []);
});

test('a failure has a next step, a documented exit code and no stack trace', () => {
  const said = verdictOf(failing({ problem: 'it is full', remedy: 'make room' }), []);
  assert.deepEqual([said.survived, said.message], [true, 'it is full → make room']);
  const value = [{ kind: 'failed', failures: [{ problem: 'it is denied', remedy: 'allow it' }] }];
  const rolled = verdictOf({ ...END, exitCode: 1, events: [{ type: 'result', value }] }, []);
  assert.deepEqual([rolled.survived, rolled.message], [true, 'it is denied → allow it']);
  const cases: ReadonlyArray<readonly [object, RegExp]> = [
    [failing({ problem: 'it is full' }), /^no next step: it is full$/],
    [failing({ problem: 'x', remedy: 'y' }, { exitCode: 7 }), /^exit code 7/],
    [
      failing({ problem: 'x', remedy: 'y' }, { stderr: 'Error: x\n    at go (file:///a.ts:1:2)\n' }),
      /^a stack trace/,
    ],
    [{ ...END, exitCode: 1 }, /^it failed without a word$/],
  ];
  for (const [ended, wrong] of cases) {
    const [first = '', ...others] = verdictOf(ended as Parameters<typeof verdictOf>[0], []).lost;
    assert.match(first, wrong);
    assert.deepEqual(others, []);
  }
});

test('what is new, gone or changed is lost, unless it is expected', () => {
  const before = new Map([
    ['image ami-1', '1'],
    ['image ami-2', '1'],
  ]);
  const after = new Map([
    ['image ami-2', '2'],
    ['image ami-3', '1'],
    ['image ami-4', '1'],
  ]);
  assert.deepEqual(
    stockLost(before, after, (name) => name === 'image ami-4'),
    [
      'left behind: image ami-3',
      "gone, and it is not bake's: image ami-1",
      "changed, and it is not bake's: image ami-2",
    ],
  );
});

test('trials are counted by what became of them', () => {
  const tried = (trial: string, verdict: Parameters<typeof count>[0][number]['verdict']) => ({
    ...{ case: 'x', code: 'c', on: '2026-11-24', trial, verdict },
  });
  const trials = [
    tried('a', { survived: true, exitCode: 130, lost: [] }),
    tried('b', { survived: false, exitCode: undefined, lost: ['left behind: image ami-1'] }),
    tried('c', { survived: false, exitCode: 0, tried: 1000, lost: ['p', 'q'] }),
  ];
  const result = count(trials, 5);
  assert.deepEqual([result.tried, result.survived, result.lost], [1002, 999, 3]);
  assert.deepEqual(result.exitCodes, { 0: 1, 130: 1, signal: 1 });
  const page = resultsPage(
    [
      { name: 'x', what: 'things' },
      { name: 'y', what: 'others' },
    ],
    { x: result },
  );
  assert.match(
    page,
    /^\| x \| things \| 1002 \(2 of 5 trials are still to be made\) \| 999 \| \*\*3\*\* \| 0: 1, 130: 1, signal: 1 \| 2026-11-24 \| c \|$/m,
  );
  assert.match(page, /^\| y \| others \| never run/m);
  assert.match(page, /^- \*\*x\*\* b: left behind: image ami-1$/m);
});
