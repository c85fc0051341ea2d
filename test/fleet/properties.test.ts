/** Whatever stands in a fleet file, it is carried exactly or refused at a place; nothing crashes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { checkFleet } from '../../src/fleet/check.ts';
import type { Fleet } from '../../src/fleet/model.ts';
import { readFleetFile } from '../../src/fleet/read.ts';
import { YAML_PIECES } from '../support/yaml-pieces.ts';

const RUNS = { numRuns: 500 };
const HEAD = { fleet: 'shop', region: 'eu-central-1', source: { ami: 'ami-0123456789abcdef0' } };

/** The whole way without files: what is refused must say where. */
function load(bytes: Uint8Array, environment: Record<string, string> = {}): Fleet | undefined {
  const reading = readFleetFile('bake.yaml', bytes, environment);
  const checked =
    reading.document === undefined
      ? { failures: [] }
      : checkFleet(reading.document, new Map(), reading.findings);
  const failures = [...reading.failures, ...checked.failures];
  for (const { at, problem } of failures) {
    if (problem.endsWith('more problems are not shown')) continue;
    assert.ok(at !== undefined && at.line >= 1 && at.column >= 1 && at.length >= 1, problem);
    assert.ok(at.column <= at.text.length + 1, `${problem} at ${at.column} of "${at.text}"`);
    assert.ok(!problem.includes('\n') && !problem.endsWith('.'), problem);
  }
  assert.ok(failures.length > 0 || ('fleet' in checked && checked.fleet !== undefined));
  return failures.length > 0 ? undefined : 'fleet' in checked ? checked.fleet : undefined;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      '$',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '\n',
      '\t',
      '%',
      '`',
      '#',
      ': ',
      '- ',
      '&',
      '*',
      '!',
      '\r',
    ),
  }),
);

test('a text in a file, a step and a tag arrives exactly as it was written', () => {
  let carried = 0;
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!value.includes('${env:'));
      const written = {
        ...HEAD,
        base: { files: [{ path: '/etc/a', content: value }] },
        roles: { web: { tags: { note: value.slice(0, 200) } } },
      };
      const fleet = load(Buffer.from(stringify(written)));
      if (fleet === undefined) {
        const isComposed = value.slice(0, 200) === value.slice(0, 200).normalize('NFC');
        if (isComposed) assert.match(value, /[\0\ud800-\udfff\ufffd-\uffff\p{Cc}]|\{\{/u);
        return;
      }
      carried += 1;
      assert.equal(Buffer.from(fleet.base.files[0]?.content ?? []).toString(), value);
      assert.equal(fleet.roles[0]?.tags.note, value.slice(0, 200));
      assert.ok(!value.slice(0, 200).includes('{{'));
    }),
    RUNS,
  );
  assert.ok(carried > RUNS.numRuns / 2, `only ${carried} were carried`);
});

test('a value from the environment arrives exactly, and is never read as YAML', () => {
  fc.assert(
    fc.property(text, (value) => {
      const yaml = `${stringify(HEAD)}base:\n  files: [{ path: /etc/a, content: "\${env:VALUE}" }]\n`;
      const fleet = load(Buffer.from(yaml), { VALUE: value });
      if (fleet === undefined) assert.ok(value.includes('\0') || !value.isWellFormed());
      else assert.equal(Buffer.from(fleet.base.files[0]?.content ?? []).toString(), value);
    }),
    RUNS,
  );
});

test('a fleet file of any shape is taken or refused', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'base',
      'roles',
      'web',
      'files',
      'users',
      'steps',
      'env',
      'secret',
      'packages',
      'listens',
      'tags',
    ),
    fc.constantFrom(
      'path',
      'name',
      'source',
      'filter',
      'authorized_keys',
      'file',
      'glob',
      'builder',
      'ssh',
      'via',
    ),
    fc.string(),
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      tie('list'),
      tie('mapping'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    mapping: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  }));
  fc.assert(
    fc.property(tree.mapping, (mapping) => {
      load(Buffer.from(stringify({ ...HEAD, ...(mapping as object) })));
    }),
    RUNS,
  );
});

test('bytes of any kind are taken or refused', () => {
  const pieces = fc.array(fc.constantFrom(...YAML_PIECES, '<<', '?'), { maxLength: 40 });
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((all) => Buffer.from(all.join(''))),
        fc.uint8Array({ maxLength: 200 }),
      ),
      (bytes) => {
        load(bytes);
      },
    ),
    RUNS,
  );
});

// A parser that is exhausted takes hours: the limit is no measurement.
test('files that are made to exhaust the parser are refused', { timeout: 120_000 }, () => {
  const hostile = [
    '['.repeat(100_000),
    '{a: '.repeat(50_000),
    '- '.repeat(100_000),
    `a:\n${Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth + 1)}a:\n`).join('')}`,
    Array.from({ length: 20_000 }, (_, index) => `key-${index}: 1\n`).join(''),
    `${stringify(HEAD)}roles:\n${Array.from({ length: 5000 }, () => '  web: {}\n').join('')}`,
    `${stringify(HEAD)}base: { packages: &a [${'jq, '.repeat(5000)}] }\nroles:\n${Array.from({ length: 500 }, (_, index) => `  r${index}: { packages: *a }\n`).join('')}`,
    '"'.repeat(100_000),
  ];
  for (const yaml of hostile) {
    assert.equal(load(Buffer.from(yaml)), undefined);
  }
});
