/** The pure rooms: no file system, process, clock, network or AWS client, neither directly nor through others. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');

/** Rooms, and the files in them that are doors to the world. */
const PURE_ROOMS = ['fleet', 'alerts', 'iam', 'ossec', 'plan', 'render', 'images', 'rollout', 'verify'];
const DOORS = new Set(['fleet/load.ts']);
/** Files outside of the rooms that pure code may use: they are held to the same rules. */
const PURE_FILES = new Set([
  'failure.ts',
  'events.ts',
  'instances/documents.ts',
  'instances/maintenance.ts',
  'report/duration.ts',
  'report/terminal-text.ts',
]);

const PURE_MODULES = new Set([
  'node:crypto',
  'node:path',
  'node:path/posix',
  'node:util',
  'fast-xml-parser',
  'mustache',
  'saxes',
  'string-width',
  'zod',
  'yaml',
  'fastest-levenshtein',
  '@cyclonedx/cyclonedx-library/Enums',
  '@cyclonedx/cyclonedx-library/Models',
  '@cyclonedx/cyclonedx-library/Serialize',
  '@cyclonedx/cyclonedx-library/Spec',
  'packageurl-js',
]);

const IMPURE_GLOBALS =
  /\b(?:process\.|Date\.now\b|new Date\(\)|Math\.random\b|performance\.|fetch\(|setTimeout\(|setInterval\(|globalThis\b|randomBytes\b|randomUUID\b)/;

interface Import {
  readonly typeOnly: boolean;
  readonly from: string;
}

function importsOf(text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, from = '']) => ({ typeOnly: type !== undefined, from })),
    ...[...dynamic].map(([, from = '']) => ({ typeOnly: false, from })),
  ];
}

function pureFiles(): string[] {
  const inRooms = PURE_ROOMS.flatMap((room) =>
    readdirSync(join(SOURCE, room), { recursive: true, encoding: 'utf8' }).map((path) => `${room}/${path}`),
  );
  return [...inRooms.filter((path) => path.endsWith('.ts') && !DOORS.has(path)), ...PURE_FILES];
}

/** What makes `file` impure, as sentences. */
function impurities(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const global = IMPURE_GLOBALS.exec(code)?.[0];
  return [
    ...(global === undefined ? [] : [`${file} uses ${global}`]),
    ...importsOf(code)
      .filter(({ typeOnly, from }) => !typeOnly && !isPure(file, from))
      .map(({ from }) => `${file} imports ${from}`),
  ];
}

function isPure(file: string, from: string): boolean {
  if (!from.startsWith('.')) return PURE_MODULES.has(from);
  const target = relative(SOURCE, join(SOURCE, dirname(file), from));
  return pureFiles().includes(target);
}

test('pure rooms reach nothing of the world', () => {
  assert.deepEqual(pureFiles().flatMap(impurities), []);
});

test('the check sees what it looks for', () => {
  const seen = importsOf(
    "import { readFile } from 'node:fs';\nimport type { A } from './a.ts';\nawait import('node:net');",
  );
  assert.deepEqual(seen, [
    { typeOnly: false, from: 'node:fs' },
    { typeOnly: true, from: './a.ts' },
    { typeOnly: false, from: 'node:net' },
  ]);
  assert.match('const now = Date.now();', IMPURE_GLOBALS);
});

/** The refresh model is the one thing that the rehearsal has of ours. */
const MODEL = /from '(?:\.\.\/)+src\/rollout\/(?:model|preferences|refresh\/[a-z-]+)\.ts'/g;

test('the rehearsal is reached through its door only, and reaches nothing of ours but the model', () => {
  const all = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const users = all.filter((path) =>
    readFileSync(join(SOURCE, path), 'utf8').includes("'@bake-ami/rehearsal'"),
  );
  assert.deepEqual(users, ['world/rehearsal.ts']);
  const rehearsal = join(ROOT, 'rehearsal', 'src');
  const leaks = readdirSync(rehearsal, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) =>
      /from '(?:\.\.\/)+src\//.test(readFileSync(join(rehearsal, path), 'utf8').replaceAll(MODEL, '')),
    );
  assert.deepEqual(leaks, []);
});

test('only the reporter and the command line write to the terminal', () => {
  const writers = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('report/') && path !== 'cli.ts')
    .filter((path) =>
      /\bconsole\.|process\.(?:stdout|stderr|exit)\b/.test(readFileSync(join(SOURCE, path), 'utf8')),
    );
  assert.deepEqual(writers, []);
});
