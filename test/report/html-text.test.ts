import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteHtml } from '../../src/report/html-text.ts';
import { quoteTerminal } from '../../src/report/terminal-text.ts';
import { nastyText } from '../support/nasty.ts';

const TABLE: readonly [string, string][] = [
  ['nginx 1.22', 'nginx 1.22'],
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['" onload="x', '&quot; onload=&quot;x'],
  ["' onload='x", '&#39; onload=&#39;x'],
  ['&lt;', '&amp;lt;'],
  ['a\nb', 'a\\nb'],
  ['\u202eevil', '\\u202eevil'],
  ['\u001b[31m', '\\x1b[31m'],
];
for (const [text, expected] of TABLE) {
  test(`${JSON.stringify(text)} is written as ${expected}`, () => assert.equal(quoteHtml(text), expected));
}

const hostile = fc
  .array(
    fc.oneof(
      nastyText,
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '&amp',
        '&#x3c;',
        '<!--',
        ']]>',
        '</title>',
        'javascript:x',
        '\0',
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const DECODED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

test('whatever the text, it opens nothing, ends nothing, and is shown as on a terminal', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const written = quoteHtml(text);
      assert.doesNotMatch(written, /[<>"']/);
      const shown = written.replace(/&[^;]*;?/g, (entity) => DECODED[entity] ?? assert.fail(written));
      assert.equal(shown, quoteTerminal(text));
    }),
    { numRuns: 2000 },
  );
});
