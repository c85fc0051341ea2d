import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteTerminal, quoteTerminalJson } from '../../src/report/terminal-text.ts';

const TABLE: readonly [string, string][] = [
  ['plain text, "quotes" and \\backslashes', 'plain text, "quotes" and \\backslashes'],
  ['Grüße, 日本語, 🎂', 'Grüße, 日本語, 🎂'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009b31m', '\\x9b31m'],
  ['a\nb\r\nc', 'a\\nb\\r\\nc'],
  ['a\tb', 'a    b'],
  ['\u202eevil\u2066', '\\u202eevil\\u2066'],
  ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
  ['line\u2028separator', 'line\\u2028separator'],
  ['half \ud800 character', 'half \\ud800 character'],
  ['\u{e0041}tag', '\\u{e0041}tag'],
  ['\0\x7f', '\\x00\\x7f'],
];
for (const [text, expected] of TABLE) {
  test(`${JSON.stringify(text)} is shown as ${expected}`, () => assert.equal(quoteTerminal(text), expected));
}

test('whatever the text, nothing is left that a terminal obeys or nobody sees', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = quoteTerminal(text);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      assert.equal(quoteTerminal(shown), shown);
    }),
    { numRuns: 1000 },
  );
});

test('what can be printed is printed as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => assert.equal(quoteTerminal(text), text)),
  );
});

test('JSON says the same when it was quoted, and nothing is left that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = quoteTerminalJson(JSON.stringify({ [text]: text }));
      assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      assert.deepEqual(Object.entries(JSON.parse(json)), [[text, text]]);
    }),
    { numRuns: 1000 },
  );
});
