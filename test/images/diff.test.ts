/** Inventories in, differences out: `test/cases/images/diff/NAME/expected` is what each form of them says. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { marked } from 'marked';
import { diffInventories, isSame } from '../../src/images/diff.ts';
import { readInventory } from '../../src/images/read-inventory.ts';
import { diffMarkdown, diffText } from '../../src/report/images/diff.ts';
import { assertFolder } from '../support/expected.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'images', 'diff');
const NAMES = { from: 'shop-web-000000000000-1', to: 'shop-web-111111111111-1' };

async function inventory(name: string, which: string) {
  return readInventory(await readFile(join(CASES, name, `${which}.json`), 'utf8'), which);
}

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

for (const name of readdirSync(CASES)) {
  test(`${name}: as text, Markdown and JSON`, async () => {
    const diff = diffInventories(await inventory(name, 'old'), await inventory(name, 'new'));
    await assertFolder(
      join(CASES, name, 'expected'),
      new Map([
        ['diff.txt', lines(diffText(NAMES, diff))],
        ['diff.md', lines(diffMarkdown(NAMES, diff))],
        ['diff.json', `${JSON.stringify(diff, undefined, 2)}\n`],
      ]),
    );
  });

  test(`${name}: turned round, what came has gone`, async () => {
    const [old, young] = [await inventory(name, 'old'), await inventory(name, 'new')];
    const [there, back] = [diffInventories(old, young), diffInventories(young, old)];
    assert.deepEqual(there.setuid.added, back.setuid.removed);
    assert.deepEqual(there.users.removed, back.users.added);
    assert.equal(there.packages.length, back.packages.length);
    assert.equal(isSame(there), isSame(back));
  });
}

test('a hostile machine writes no row, link or HTML into a pull request', async () => {
  const diff = diffInventories(await inventory('hostile', 'old'), await inventory('hostile', 'new'));
  const html = marked.parse(diffMarkdown(NAMES, diff).join('\n'), { async: false });
  assert.doesNotMatch(html, /<(?:script|a|img)\b/);
  assert.equal(html.match(/<tr>/g)?.length, 5 + 5);
});

test('only what was different is listed, and of many files the first', async () => {
  const old = await inventory('same', 'old');
  const many = Array.from({ length: 60 }, (_, index) => ({
    path: `/opt/${index}`,
    mode: '0644',
    owner: 'root',
    group: 'root',
    content: '',
    own: true,
  }));
  const text = diffText(NAMES, diffInventories(old, { ...old, files: [...old.files, ...many] }));
  assert.equal(text.filter((line) => line.includes('/opt/')).length, 50);
  assert.match(text.at(-1) ?? '', /and 10 more/);
});

test('what is no inventory is refused', () => {
  for (const text of ['', '{}', '{"schema":2}', '[]']) {
    assert.throws(() => readInventory(text, 'x'), /x is not an inventory that this version of bake can read/);
  }
});
