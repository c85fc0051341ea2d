/** Fleet folders, each with something hostile in it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { YAML_PIECES } from '../../test/support/yaml-pieces.ts';
import type { Expected, Input } from './model.ts';
import { PLAIN, SLOTS, type Slot } from './slots.ts';
import { edited, hostileText, inside, nearly } from './values.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, 'test/cases/local-rules/fine');

const MARK = '#!/bin/sh\nexit 0\n';
const STYLES = ['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

/** What takes any text is tried more often. */
const FREE = SLOTS.filter(({ isFree }) => isFree === true);

const WRITTEN = {
  style: fc.constantFrom(...STYLES),
  fromEnvironment: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
};

/** A value in one of the places that take a text, written in some style, or in the environment. */
const slotInput: fc.Arbitrary<Input> = fc
  .constantFrom(...SLOTS, ...FREE, ...FREE)
  .chain((slot) => fc.record({ slot: fc.constant(slot), value: valueFor(slot), ...WRITTEN }))
  .map(({ slot, value, style, fromEnvironment }) => {
    const written = fromEnvironment && !slot.name.endsWith('key') ? '${env:HOSTILE}' : escaped(value, slot);
    const tree = merged(PLAIN, slot.put(written) as Tree);
    const text = stringify(tree, { defaultStringType: style, defaultKeyType: 'PLAIN', version: '1.2' });
    return input(text, expectedOf(slot, value), { HOSTILE: value });
  });

function valueFor({ right, also = [] }: Slot): fc.Arbitrary<string> {
  return also.length === 0 ? nearly(right) : fc.oneof(nearly(right), fc.constantFrom(...also));
}

/** The text that stands for a value: `${env:` has a meaning, but for where only such a reference may stand. */
function escaped(value: string, slot: Slot): string {
  return slot.name === 'steps.env secret' ? value : value.replaceAll('${env:', () => '$${env:');
}

function expectedOf({ name, carried }: Slot, value: string): Expected[] {
  if (carried === undefined) return [];
  const { by: carrier, where, as = (text: string) => text } = carried;
  return [{ slot: name, value: as(value), carrier, where }];
}

function input(
  fleetFile: string,
  expected: readonly Expected[] = [],
  environment: Input['environment'] = {},
): Input {
  return { files: { 'bake.yaml': fleetFile, 'mark.sh': MARK }, environment, expected };
}

interface Tree {
  readonly [key: string]: unknown;
}

function merged(tree: Tree, more: Tree): Tree {
  const entries = Object.entries(more).map(([key, value]): [string, unknown] => {
    const own = Object.hasOwn(tree, key) ? tree[key] : undefined;
    return [key, isTree(own) && isTree(value) ? merged(own, value) : value];
  });
  // `source` takes exactly one key.
  return Object.fromEntries([
    ...Object.entries(tree),
    ...entries.map(([key, value]): [string, unknown] => [key, key === 'source' ? more[key] : value]),
  ]);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const EXAMPLE: Readonly<Record<string, string>> = {
  'bake.yaml': read('bake.yaml'),
  'bake.lock': read('bake.lock'),
  'keys/alice.pub': read('keys/alice.pub'),
  'files/motd': read('files/motd'),
  'roles/web/site.sh': read('roles/web/site.sh'),
  'roles/web/html/index.html': '<p>',
  'roles/worker/heartbeat.service': read('roles/worker/heartbeat.service'),
  'roles/worker/heartbeat.timer': read('roles/worker/heartbeat.timer'),
};

const RULE_TESTS =
  '- name: a\n  line: "Jan  1 00:00:00 a b: c"\n  rule: none\n- name: b\n  lines: [x, y]\n  rule: 510\n  level: 7\n';
const WITH_RULES = `${EXAMPLE['bake.yaml']}`.replace(
  '\nossec:\n',
  '\nossec:\n  local_rules: rules.xml\n  rule_tests: rules.test.yaml\n',
);

/** The example fleet, of which one file was edited by somebody who means no good. */
const editedInput: fc.Arbitrary<Input> = fc
  .constantFrom(
    'bake.yaml',
    'bake.lock',
    'keys/alice.pub',
    'files/motd',
    'roles/web/site.sh',
    'rules.xml',
    'rules.test.yaml',
  )
  .chain((path) => {
    const files: Record<string, string> = {
      ...EXAMPLE,
      'bake.yaml': WITH_RULES,
      'rules.xml': readFileSync(join(RULES, 'base.xml'), 'utf8'),
      'rules.test.yaml': RULE_TESTS,
    };
    return fc
      .oneof(
        { weight: 5, arbitrary: edited(files[path] ?? '') },
        hostileText,
        fc.uint8Array({ maxLength: 60 }),
      )
      .map((content) => ({ files: { ...files, [path]: content }, environment: {}, expected: [] }));
  });

/** Bytes that may be YAML, and YAML that may be a fleet file. */
const soupInput: fc.Arbitrary<Input> = fc
  .oneof(
    fc.array(fc.constantFrom(...YAML_PIECES), { maxLength: 40 }).map((all) => all.join('')),
    fc.tuple(fc.constantFrom(stringify(PLAIN), ''), hostileText).map((all) => all.join('')),
    inside(stringify({ ...PLAIN, base: { packages: ['jq'], files: [{ path: '/etc/a', content: 'b' }] } })),
  )
  .map((text) => input(text));

/** Where a path may lead that should lead into the fleet's folder. */
const PATHS = [
  'mark.sh',
  '../outside/secret',
  'a/../../outside/secret',
  './../outside/secret',
  'out/secret',
  'out',
  'link',
  'link2',
  'loop',
  'pipe',
  'zero',
  'environ',
  '.',
  './',
  '..',
  '*',
  '**',
  '**/*',
  '{out,link}/*',
  '[',
  '/etc/passwd',
  '/dev/zero',
  '~/.ssh/id_rsa',
  'a\nb',
  'mark.sh/',
  'mark.sh/x',
  'bake.yaml',
  'folder',
  'folder/../mark.sh',
  '\\..\\outside',
];
const TRAPS: Input['files'] = {
  out: { link: '../outside' },
  link: { link: '../outside/secret' },
  link2: { link: 'link' },
  loop: { link: 'loop' },
  pipe: { fifo: true },
  zero: { link: '/dev/zero' },
  environ: { link: '/proc/self/environ' },
  'folder/link': { link: '../../outside/secret' },
  'folder/a': 'a',
};

/** A path that leads out of the fleet's folder, to what never ends, or to nothing. */
const pathInput: fc.Arbitrary<Input> = fc
  .record({
    path: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PATHS) },
      fc.constantFrom(...PATHS).chain(inside),
    ),
    use: fc.constantFrom<(path: string) => object>(
      (source) => ({ base: { files: [{ path: '/etc/a', source }] } }),
      (script) => ({ base: { steps: [{ name: 'mark', script }] } }),
      (file) => ({ base: { authorized_keys: [{ file }] } }),
      (glob) => ({ base: { authorized_keys: [{ glob }] } }),
      (local_rules) => ({ ossec: { local_rules } }),
      (rule_tests) => ({ ossec: { rule_tests } }),
    ),
  })
  .map(({ path, use }) => {
    const { files, ...rest } = input(stringify(merged(PLAIN, use(path) as Tree)));
    return { ...rest, files: { ...files, ...TRAPS } };
  });

export const hostileInput: fc.Arbitrary<Input> = fc.oneof(
  { weight: 12, arbitrary: slotInput },
  { weight: 4, arbitrary: editedInput },
  { weight: 2, arbitrary: soupInput },
  { weight: 2, arbitrary: pathInput },
);
