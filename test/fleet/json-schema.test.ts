import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { fleetJsonSchema, fleetJsonSchemaText } from '../../src/fleet/json-schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const CASES = join(ROOT, 'test/cases/fleet');

// Patterns are compiled as editors do: those of most have the flag u.
const validator = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
const isValid = validator.compile(fleetJsonSchema());

function fleet(more: object): object {
  return { fleet: 'shop', region: 'eu-central-1', source: { ami: 'ami-0123456789abcdef0' }, ...more };
}

test('bake.schema.json is current', async () => {
  const written = await readFile(join(ROOT, 'bake.schema.json'), 'utf8');
  assert.equal(written, fleetJsonSchemaText(), 'run: node scripts/write-schema.ts');
});

test('the example names the JSON Schema in its first line, and is valid by it', async () => {
  const text = await readFile(join(ROOT, 'bake.yaml'), 'utf8');
  assert.match(text, /^# yaml-language-server: \$schema=\.\/bake\.schema\.json\n/);
  assert.ok(isValid(parse(text)), JSON.stringify(isValid.errors));
});

test('every file that bake takes is valid by the JSON Schema', async () => {
  const valid = (await readdir(CASES)).filter((name) => name.startsWith('valid'));
  assert.ok(valid.length >= 3);
  for (const name of valid) {
    assert.ok(existsSync(join(CASES, name, 'expected.txt')));
    const text = await readFile(join(CASES, name, 'bake.yaml'), 'utf8');
    assert.ok(isValid(parse(text)), `${name}: ${JSON.stringify(isValid.errors)}`);
  }
});

const REFUSED: Readonly<Record<string, object>> = {
  'an unknown key': { buidler: {} },
  'two sources': { source: { ami: 'ami-0123456789abcdef0', ssm_parameter: '/a' } },
  'a filter without owners': { source: { filter: { name: 'debian-*' } } },
  'a mode that is a number': { base: { files: [{ path: '/etc/a', content: '', mode: 420 }] } },
  'a file with content and source': { base: { files: [{ path: '/etc/a', content: '', source: 'a' }] } },
  'a role name with a slash': { roles: { '../x': {} } },
  'a role name from the environment': { roles: { '${env:ROLE}': {} } },
  'a literal secret': { base: { steps: [{ name: 'a', script: 'a', env: { A: { secret: 'hunter2' } } }] } },
  'a tarball without its digest': { ossec: { tarball: 'ossec.tar.gz' } },
  'a way of SSH that there is not': { builder: { ssh: { via: 'carrier_pigeon' } } },
};
for (const [what, more] of Object.entries(REFUSED)) {
  test(`an editor marks ${what}`, () => {
    assert.ok(isValid(fleet({})), JSON.stringify(isValid.errors));
    assert.ok(!isValid(fleet(more)));
  });
}

test('a reference to the environment may stand where a pattern or a choice is', () => {
  const more = { region: '${env:REGION}', builder: { ssh: { via: '${env:VIA}' } } };
  assert.ok(isValid(fleet(more)), JSON.stringify(isValid.errors));
});

test('every key in the JSON Schema has a description, and no mapping takes unknown keys', () => {
  const mappings = [...mappingsIn(fleetJsonSchema(), '')];
  assert.ok(mappings.length > 10);
  assert.deepEqual(
    mappings.filter(({ isOpen }) => isOpen).map(({ path }) => path),
    [],
  );
  assert.deepEqual(
    mappings.flatMap(({ bare }) => bare),
    [],
  );
});

interface Mapping {
  readonly path: string;
  readonly isOpen: boolean;
  /** Keys without a description. */
  readonly bare: readonly string[];
}

function* mappingsIn(schema: unknown, path: string): Generator<Mapping> {
  if (!isRecord(schema)) return;
  const { properties, additionalProperties } = schema;
  if (isRecord(properties)) {
    const bare = Object.entries(properties).filter(([, value]) => !isRecord(value) || !value.description);
    yield { path, isOpen: additionalProperties !== false, bare: bare.map(([key]) => `${path}.${key}`) };
  }
  for (const [key, value] of Object.entries(schema)) yield* mappingsIn(value, `${path}.${key}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
