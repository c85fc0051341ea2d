import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readInventory } from '../../src/images/read-inventory.ts';
import { renderSbom } from '../../src/images/sbom.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'images', 'diff');

async function inventory(name: string) {
  return readInventory(await readFile(join(CASES, name, 'new.json'), 'utf8'), name);
}

test('names every package by its URL, the system and OSSEC', async () => {
  const inside = await inventory('same');
  const text = await renderSbom('shop-web-1', inside);
  const bom = JSON.parse(text);
  assert.equal(`${bom.bomFormat} ${bom.specVersion}`, 'CycloneDX 1.6');
  assert.equal(bom.metadata.component.name, 'shop-web-1');
  const components: Array<{ type: string; name: string; version: string; purl?: string }> = bom.components;
  assert.equal(components.length, inside.packages.length + 2);
  assert.deepEqual(
    components
      .filter(({ purl }) => purl === undefined)
      .map(({ type, name, version }) => [type, name, version]),
    [
      ['application', 'ossec-hids', 'v3.7.0'],
      ['operating-system', 'debian', '12'],
    ],
  );
  assert.ok(
    components.some(({ purl }) => purl === 'pkg:deb/debian/libc6@2.36-9+deb12u9?arch=i386&distro=debian-12'),
  );
});

test('the same inventory gives the same bytes', async () => {
  const inside = await inventory('everything');
  assert.equal(await renderSbom('n', inside), await renderSbom('n', inside));
});

test('a hostile name is only a name', async () => {
  const bom = JSON.parse(await renderSbom('n', await inventory('hostile')));
  const evil = bom.components.find(({ name }: { name: string }) => name.startsWith('x |'));
  assert.match(evil.purl, /^pkg:deb\/debian\/x%20%7C[^/?#\s]*@1%7C2\?arch=amd64&distro=debian-12$/);
});
