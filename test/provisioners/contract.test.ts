import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { REFUSED_PACKAGES } from '../../src/fleet/rules-packages.ts';
import { FIRST_BOOT_PATHS } from '../../src/ossec/first-boot.ts';
import { PROVISIONERS, readContract } from '../support/step.ts';

const entries = await readdir(PROVISIONERS, { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

const PREAMBLE = /^#!\/usr\/bin\/env bash\nset -euo pipefail\nshopt -s inherit_errexit( nullglob)?\n/;
const LIBRARY = '. "$BAKE_STEP_FOLDER/../lib.sh"\n';
const VALUES = '. "$BAKE_STEP_FOLDER/values.sh"\n';

test('there are provisioners', () => {
  assert.ok(folders.includes('wait-for-boot') && folders.includes('seal-clean'));
});

for (const folder of folders) {
  describe(`provisioner ${folder}`, async () => {
    const contract = await readContract(folder);
    const script = await readFile(join(PROVISIONERS, folder, 'run.sh'), 'utf8');

    test('is strict from its first line on', () => {
      assert.match(script, PREAMBLE);
      assert.ok(script.includes(LIBRARY));
    });

    test('reads its values where it has any, after naming each of them', () => {
      const [head, ...rest] = script.split(VALUES);
      assert.equal(rest.length, Object.keys(contract.values).length > 0 ? 1 : 0);
      for (const [name, { type }] of Object.entries(contract.values)) {
        const declaration = new RegExp(`(^| )${name}=${type === 'list' ? '\\(\\)' : "('')?"}( |$)`, 'm');
        assert.match(head ?? '', declaration);
      }
    });

    test('never lets the shell read a value as code', () => {
      assert.doesNotMatch(script, /\beval\b|\bbash -c\b|\bsh -c\b/);
    });

    test('brings the files that its contract says it brings', async () => {
      const brought = Object.entries(contract.files).filter(([, text]) =>
        text.endsWith('comes with the provisioner'),
      );
      const expected = ['run.sh', 'step.json', ...brought.map(([name]) => name)];
      assert.deepEqual((await readdir(join(PROVISIONERS, folder))).sort(), expected.sort());
    });

    test('refers in its changes and files only to values that it has', () => {
      for (const text of [...contract.changes, ...Object.keys(contract.files)]) {
        for (const [, name] of text.matchAll(/\{([^}]*)\}/g)) {
          assert.ok(name !== undefined && name in contract.values, text);
        }
      }
    });

    test('uses only those variables of Packer that its contract names', async () => {
      const beside = (await readdir(join(PROVISIONERS, folder))).filter((name) => name.endsWith('.sh'));
      const scripts = await Promise.all(
        beside.map((name) => readFile(join(PROVISIONERS, folder, name), 'utf8')),
      );
      const used = new Set([...scripts.join('').matchAll(/BAKE_[A-Z0-9_]+/g)].map(([name]) => name));
      used.delete('BAKE_STEP_FOLDER');
      const named = Object.keys(contract.environment).map((name) => name.replace('*', ''));
      assert.deepEqual([...used].sort(), named.sort());
    });

    test('is no program by itself: Packer runs it with bash', async () => {
      const mode = (await stat(join(PROVISIONERS, folder, 'run.sh'))).mode;
      assert.equal(mode & 0o777, 0o644);
    });
  });
}

test('each row of what the seal removes has a way, a place and a reason', async () => {
  const rows = (await readFile(join(PROVISIONERS, 'seal-clean', 'paths.tsv'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(rows.length > 20);
  for (const row of rows) assert.match(row, /^(remove|empty)\t[/~][^\t]*\t[^\t]+$/);
});

describe('what changes files by itself', async () => {
  const folder = join(PROVISIONERS, 'seal-quiet');
  const text = await readFile(join(folder, 'noise.tsv'), 'utf8');
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const cells = rows.map((row) => row.split('\t'));

  test('has a way, a thing, a kind of image and a reason in each row', () => {
    assert.ok(rows.length > 10);
    for (const row of rows)
      assert.match(row, /^(refuse|mask|place|beside|keep)\t[^\t]+\t(every|fixed|patched)\t[^\t]+$/);
  });

  test('places exactly the files that come with it', async () => {
    const root = join(folder, 'rootfs');
    const found = (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
    const placed = cells.filter(([how]) => how === 'place' || how === 'beside').map(([, what]) => what);
    assert.deepEqual(placed.sort(), found.sort());
  });

  test('what is refused is kept out by apt, and refused in the fleet file', async () => {
    const pins = await readFile(join(folder, 'rootfs/etc/apt/preferences.d/bake-quiet'), 'utf8');
    const refused = cells.filter(([how]) => how === 'refuse').map(([, what]) => what);
    assert.deepEqual(
      [...pins.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name),
      refused,
    );
    assert.deepEqual(Object.keys(REFUSED_PACKAGES), refused);
  });

  test('is explained to people, row by row', async () => {
    const docs = await readFile(join(PROVISIONERS, '..', 'docs', 'seal.md'), 'utf8');
    for (const [, what = ''] of cells) assert.ok(docs.includes(`\`${what}\``), `docs/seal.md: ${what}`);
    for (const { path } of FIRST_BOOT_PATHS) assert.ok(docs.includes(`\`${path}\``), `docs/seal.md: ${path}`);
  });
});
