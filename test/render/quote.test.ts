import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteHcl, quoteShell } from '../../src/render/quote.ts';

const HCL: ReadonlyArray<readonly [value: string, literal: string]> = [
  ['', '""'],
  ['plain', '"plain"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['back\\slash', '"back\\\\slash"'],
  ['two\nlines\tand\r', '"two\\nlines\\tand\\r"'],
  ['${path.root}', '"$${path.root}"'],
  ['%{ if true }', '"%%{ if true }"'],
  ['$${x}', '"\\u0024\\u0024{x}"'],
  ['%%%{x}', '"\\u0025\\u0025\\u0025{x}"'],
  ['$5 and 100%', '"$5 and 100%"'],
  ['{{ env `HOME` }}', '"{{ env `HOME` }}"'],
  ['\u001b[31m\u2028', '"\\u001b[31m\\u2028"'],
  ['grün 🐟', '"grün 🐟"'],
];

for (const [value, literal] of HCL) {
  test(`HCL: ${JSON.stringify(value)} is written as ${literal}`, () => {
    assert.equal(quoteHcl(value), literal);
  });
}

test('a shell word keeps quotes, dollars and newlines', () => {
  assert.equal(quoteShell(`it's $(date)\n\`x\``), `'it'\\''s $(date)\n\`x\`'`);
});
