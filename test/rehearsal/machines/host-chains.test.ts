import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closing, opening } from '../../../rehearsal/src/machines/host-chains.ts';

const OPTIONS = { name: 'bake-rehearsal-1', bridge: 'bake-1', forward: true };

function chain(table: string, name: string, hook: string, policy = 'accept', family = 'ip') {
  return { chain: { family, table, name, handle: 1, type: 'filter', hook, prio: 0, policy } };
}
function rule(table: string, name: string, handle: number, comment?: string, family = 'ip') {
  return { rule: { family, table, chain: name, handle, expr: [], ...(comment ? { comment } : {}) } };
}
function listing(...items: object[]): string {
  return JSON.stringify({ nftables: [{ metainfo: { json_schema_version: 1 } }, ...items] });
}

const CASES: ReadonlyArray<readonly [name: string, listing: string, commands: readonly string[]]> = [
  ['an empty ruleset needs nothing', listing(), []],
  ['a chain that lets all pass needs nothing', listing(chain('filter', 'INPUT', 'input')), []],
  [
    'a chain that refuses by its policy gets a rule',
    listing(chain('filter', 'INPUT', 'input', 'drop')),
    ['insert rule ip filter INPUT iifname "bake-1" accept comment "bake-rehearsal-1"'],
  ],
  [
    'a chain with rules may refuse by one of them, and gets a rule',
    listing(
      chain('firewalld', 'filter_INPUT', 'input', 'accept', 'inet'),
      rule('firewalld', 'filter_INPUT', 4, undefined, 'inet'),
    ),
    ['insert rule inet firewalld filter_INPUT iifname "bake-1" accept comment "bake-rehearsal-1"'],
  ],
  [
    'what is forwarded passes in both directions',
    listing(chain('filter', 'FORWARD', 'forward', 'drop')),
    [
      'insert rule ip filter FORWARD iifname "bake-1" accept comment "bake-rehearsal-1"',
      'insert rule ip filter FORWARD oifname "bake-1" ct state established,related accept comment "bake-rehearsal-1"',
    ],
  ],
  [
    'a chain that has the rule gets no second one',
    listing(chain('filter', 'INPUT', 'input', 'drop'), rule('filter', 'INPUT', 4, 'bake-rehearsal-1')),
    [],
  ],
  [
    "another rehearsal's rule is not ours",
    listing(chain('filter', 'INPUT', 'input', 'drop'), rule('filter', 'INPUT', 4, 'bake-rehearsal-2')),
    ['insert rule ip filter INPUT iifname "bake-1" accept comment "bake-rehearsal-1"'],
  ],
  [
    'chains of other families and hooks, and tables of our own, stay as they are',
    listing(
      chain('filter', 'INPUT', 'input', 'drop', 'ip6'),
      chain('filter', 'OUTPUT', 'output', 'drop'),
      chain('bake-rehearsal-1', 'input', 'input', 'drop', 'inet'),
      { chain: { family: 'ip', table: 'filter', name: 'ufw-user-input', handle: 3 } },
    ),
    [],
  ],
];

for (const [name, before, commands] of CASES) {
  test(name, () => assert.equal(opening(before, OPTIONS), commands.join('\n')));
}

test('an engine with rules of its own sees to what is forwarded', () => {
  const refusing = listing(chain('filter', 'FORWARD', 'forward', 'drop'));
  assert.equal(opening(refusing, { ...OPTIONS, forward: false }), '');
});

test('exactly our own rules are taken out again', () => {
  const before = listing(
    chain('filter', 'INPUT', 'input', 'drop'),
    rule('filter', 'INPUT', 4, 'bake-rehearsal-1'),
    rule('filter', 'INPUT', 5),
    rule('filter', 'FORWARD', 9, 'bake-rehearsal-1'),
    rule('filter', 'FORWARD', 10, 'bake-rehearsal-10'),
  );
  assert.equal(
    closing(before, 'bake-rehearsal-1'),
    'delete rule ip filter INPUT handle 4\ndelete rule ip filter FORWARD handle 9',
  );
});
