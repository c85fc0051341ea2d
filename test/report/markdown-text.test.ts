import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { marked } from 'marked';
import { quoteMarkdown } from '../../src/report/markdown-text.ts';
import { nastyText } from '../support/nasty.ts';

const TABLE: readonly [string, string][] = [
  ['nginx 1.22', '`nginx 1.22`'],
  ['', ''],
  ['a|b', '`a\\x7cb`'],
  ['a\\|b', '`a\\\\x7cb`'],
  ['`; rm -rf', '`\\x60; rm -rf`'],
  ['a\nb', '`a\\nb`'],
  ['<img src=x>', '`<img src=x>`'],
  ['\u202e', '`\\u202e`'],
];
for (const [text, expected] of TABLE) {
  test(`${JSON.stringify(text)} is written as ${expected}`, () =>
    assert.equal(quoteMarkdown(text), expected));
}

const hostile = fc
  .array(
    fc.oneof(
      nastyText,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('|', '`', '\\', '@team', '#1', '[a](b)', '![a](b)', '<b>', '&amp;', 'www.example.com'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

test('whatever the text, it stays in its cell and is shown as it is, by a real parser of Markdown', () => {
  fc.assert(
    fc.property(hostile, hostile, (first, second) => {
      const rows = ['| a | b |', '|---|---|', `| ${quoteMarkdown(first)} | ${quoteMarkdown(second)} |`];
      const html = marked.parse(`${rows.join('\n')}\n`, { async: false });
      const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) => cell ?? '');
      assert.equal(cells.length, 2, html);
      for (const cell of cells) assert.match(cell, /^(?:<code>[^<>]*<\/code>)?$/);
    }),
    { numRuns: 2000 },
  );
});
