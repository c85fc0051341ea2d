/** The page of results, from what was kept. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../../bench/rows.ts';
import { resultsPage } from '../../bench/table.ts';

const ROWS = [
  { name: 'quick', what: 'how quick', goal: '≤ 1 s' },
  { name: 'late', what: 'how late', goal: '≤ 5 s' },
  { name: 'real', what: 'the real one', goal: '≥ 2', needsOssec: true },
];

test('each row says what was measured, whether that is its goal, and what was never run', () => {
  const page = resultsPage(
    ROWS,
    {
      quick: { figure: '0.5 s', met: true, numbers: {}, on: '2024-01-02', load: [2, 3.5] },
      late: {
        figure: '9 s',
        met: false,
        numbers: {},
        note: 'The floor is 8 s.',
        on: '2024-01-02',
        load: [1, 0.5],
      },
    },
    'A machine',
  );
  assert.deepEqual(
    page.split('\n').filter((line) => /^\| (quick|late|real)|^- /.test(line)),
    [
      '| quick | how quick | ≤ 1 s | 0.5 s | yes | 2024-01-02 | 3.5 |',
      '| late | how late | ≤ 5 s | 9 s | **no** | 2024-01-02 | 1 |',
      '| real | the real one | ≥ 2 | never run: needs BAKE_OSSEC_TARBALL | | | |',
      '- **late**: The floor is 8 s.',
    ],
  );
});

test('rows have names of their own, which a command line can carry', () => {
  const names = rows.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z-]+$/);
});
