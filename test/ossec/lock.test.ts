/** bake.lock: what is written is read, always the same, and what is no lock is refused at its place. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseLock } from '../../src/ossec/lock.ts';
import { serializeLock } from '../../src/ossec/lock-text.ts';
import type { FrozenOssec, Lock, RuleInfo } from '../../src/ossec/model.ts';
import { formatInputFailure } from '../../src/report/input-failure.ts';
import { RULES } from '../support/rules.ts';

const LOCK: Lock = {
  ossec: {
    sha256: 'a'.repeat(64),
    version: '4.1.0',
    commit: 'b'.repeat(40),
    standIn: false,
    ruleFiles: ['root_rules.xml', 'door_rules.xml'],
    rules: RULES,
    builtTrees: new Map([
      ['debian-13-amd64', 'd'.repeat(64)],
      ['debian-12-amd64', 'c'.repeat(64)],
    ]),
  },
  tools: { packer: '1.16.0', amazonPlugin: '1.8.1' },
};

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const word = fc.string({ unit: 'binary', minLength: 1 });

const PLAIN = { noNullPrototype: true };

const rule = fc.record<Omit<RuleInfo, 'id'>>(
  {
    level: fc.nat(16),
    description: fc.string({ unit: 'binary' }),
    file: word,
    parents: fc.array(fc.integer({ min: 1, max: 999_999 })),
    groups: fc.array(word),
    alert: fc.constantFrom('by-level', 'always', 'never'),
    conditions: fc.array(word),
    overwrite: fc.boolean(),
  },
  PLAIN,
);

const ossec = fc.record<FrozenOssec>(
  {
    sha256: hex(64),
    version: word,
    commit: fc.option(hex(40), { nil: undefined }),
    standIn: fc.boolean(),
    ruleFiles: fc.array(word),
    rules: fc
      .array(fc.tuple(fc.integer({ min: 1, max: 999_999 }), rule))
      .map((entries) => new Map(entries.map(([id, parts]) => [id, { id, ...parts }]))),
    builtTrees: fc
      .array(fc.tuple(fc.constantFrom('debian-12-amd64', 'al-2023-arm64', 'a'), hex(64)))
      .map((entries) => new Map(entries)),
  },
  PLAIN,
);

const lock = fc.record<Lock>({ ossec, tools: fc.record({ packer: word, amazonPlugin: word }, PLAIN) }, PLAIN);

function refused(text: string): string[] {
  const parsed = parseLock('bake.lock', text);
  assert.ok('failures' in parsed);
  return parsed.failures.map((failure) => formatInputFailure(failure)[0] ?? '');
}

describe('a lock', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(lock, (one) => {
        const parsed = parseLock('bake.lock', serializeLock(one));
        assert.ok('lock' in parsed, JSON.stringify(parsed));
        assert.deepEqual(parsed.lock, one);
      }),
      { numRuns: 200 },
    );
  });

  test('has one text, whatever the order that it was made in', () => {
    const turned: Lock = {
      ...LOCK,
      ossec: {
        ...LOCK.ossec,
        rules: new Map([...LOCK.ossec.rules].toReversed()),
        builtTrees: new Map([...LOCK.ossec.builtTrees].toReversed()),
      },
    };
    assert.equal(serializeLock(turned), serializeLock(LOCK));
  });

  test('has sorted keys, and every rule on a line of its own', () => {
    const text = serializeLock(LOCK);
    assert.equal(JSON.stringify(sorted(JSON.parse(text))), JSON.stringify(JSON.parse(text)));
    const lines = text.split('\n').filter((line) => /^ {6}"\d+": \{.*\},?$/.test(line));
    assert.equal(lines.length, RULES.size);
    assert.equal(
      lines.findLast((line) => line.includes('"710"')),
      '      "710": {"description":"An unknown badge at the door.","file":"door_rules.xml","groups":["syslog","door","wrong_badge"],"level":5,"parents":[700]},',
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

describe('what is no lock is refused', () => {
  const text = serializeLock(LOCK);
  const edits: readonly (readonly [what: string, text: string, said: string])[] = [
    [
      'a level that is a text',
      text.replace('"level":5', '"level":"5"'),
      'bake.lock:16:134: ossec.rules.710.level must be a number, not a text',
    ],
    [
      'an id that is none',
      text.replace('"710":', '"0710":'),
      'bake.lock:16:15: ossec.rules.0710 is not the id of a rule',
    ],
    [
      'a short digest',
      text.replace(/"sha256": "a/, '"sha256": "'),
      'bake.lock:21:15: ossec.sha256 must be 64 lower-case hexadecimal digits',
    ],
    [
      'a missing key',
      text.replace('    "standIn": false,\n', ''),
      'bake.lock:3:12: ossec.standIn is missing',
    ],
    [
      'an unknown key',
      text.replace('"packer"', '"podman": "1",\n    "packer"'),
      'bake.lock:25:12: tools has an unknown key podman',
    ],
    [
      'another form',
      text.replace('"lock": 1', '"lock": 2'),
      'bake.lock:2:11: lock must be 1: another version of bake wrote this file',
    ],
    ['a list', '[]', 'bake.lock:1:1: the lock must be a mapping (key: value), not a list'],
    ['what ends too early', text.slice(0, 100), 'bake.lock:5:52: this is not JSON'],
    ['a missing colon', text.replace('"tools":', '"tools"'), 'bake.lock:25:11: this is not JSON'],
    ['a comment', `# locked\n${text}`, 'bake.lock:1:1: this is not JSON'],
    ['nothing', '', 'bake.lock:1:1: this is not JSON'],
    [
      'a merge with conflicts',
      text.replace('  "ossec"', '<<<<<<< HEAD\n  "ossec"'),
      'bake.lock:3:1: this is what git leaves of a merge with conflicts',
    ],
  ];
  for (const [what, edited, said] of edits) {
    test(what, () => {
      assert.notEqual(edited, text);
      assert.deepEqual(refused(edited), [said]);
    });
  }
});
