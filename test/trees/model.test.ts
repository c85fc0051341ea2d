import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOffers, treeRecipe } from '../../src/trees/model.ts';
import { loadAssets } from '../../src/world/assets.ts';

test('a builder gets the trees of all platforms on one line, in one order', () => {
  assert.equal(formatOffers(new Map()), '');
  const trees = new Map([
    ['debian-13-amd64', 'b'],
    ['debian-12-amd64', 'a'],
  ]);
  assert.equal(formatOffers(trees), 'debian-12-amd64=a debian-13-amd64=b');
});

test('a tree is compiled otherwise where a script that compiles it differs, and nowhere else', async () => {
  const assets = await loadAssets();
  const recipe = treeRecipe(assets);
  for (const name of ['compile.sh', 'built-tree.sh', 'preloaded-vars.conf']) {
    assert.notEqual(treeRecipe(new Map([...assets, [`provisioners/ossec/${name}`, '']])), recipe, name);
  }
  assert.equal(treeRecipe(new Map([...assets, ['provisioners/ossec/run.sh', '']])), recipe);
});
