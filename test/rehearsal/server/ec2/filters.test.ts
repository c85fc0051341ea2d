import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyFilters, type FilterFields, wildcard } from '../../../../rehearsal/src/server/ec2/filters.ts';
import type { Resource } from '../../../../rehearsal/src/server/state/model.ts';

interface Thing extends Resource {
  readonly sizes: readonly string[];
}

const THINGS: readonly Thing[] = [
  { id: 'a', sizes: ['1', '2'], tags: new Map([['role', 'web']]) },
  {
    id: 'b',
    sizes: [],
    tags: new Map([
      ['role', 'db'],
      ['team', ''],
    ]),
  },
];
const FIELDS: FilterFields<Thing> = { id: ({ id }) => [id], size: ({ sizes }) => sizes };

test('every filter must match, with one of its values', () => {
  const cases: readonly (readonly [filters: readonly [string, readonly string[]][], ids: string])[] = [
    [[], 'ab'],
    [[['id', ['a', 'c']]], 'a'],
    [[['size', ['2']]], 'a'],
    [[['size', ['*']]], 'a'],
    [[['tag:role', ['web', 'db']]], 'ab'],
    [
      [
        ['tag:role', ['web']],
        ['id', ['b']],
      ],
      '',
    ],
    [[['tag:Role', ['web']]], ''],
    [[['tag:team', ['']]], 'b'],
    [[['tag-key', ['te?m']]], 'b'],
    [[['tag-value', ['d*']]], 'b'],
    [[['id', []]], ''],
  ];
  for (const [filters, ids] of cases) {
    const found = applyFilters(
      THINGS,
      filters.map(([name, values]) => ({ name, values })),
      FIELDS,
    );
    assert.equal(found.map(({ id }) => id).join(''), ids, JSON.stringify(filters));
  }
});

test('a filter that is not known is refused, whatever its name', () => {
  for (const name of ['colour', 'constructor', '__proto__', '']) {
    assert.throws(() => applyFilters(THINGS, [{ name, values: ['x'] }], FIELDS), {
      code: 'InvalidParameterValue',
      message: `The filter '${name}' is invalid`,
    });
  }
});

test('only stars and question marks are wildcards, and a backslash takes that from them', () => {
  const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
    ['web-*', 'web-1', true],
    ['web-*', 'my-web-1', false],
    ['web-?', 'web-12', false],
    ['web-*', 'web-\n', true],
    ['a.c', 'abc', false],
    ['(a|b)[c]', '(a|b)[c]', true],
    ['2\\*', '2*', true],
    ['2\\*', '22', false],
    ['a\\\\', 'a\\', true],
    ['', '', true],
    ['WEB', 'web', false],
    ['/x/{1}^$+', '/x/{1}^$+', true],
  ];
  for (const [pattern, text, matches] of cases) {
    assert.equal(wildcard(pattern).test(text), matches, `${pattern} on ${text}`);
  }
});
