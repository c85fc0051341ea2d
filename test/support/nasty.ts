/** Strings that break careless quoting, for property tests. */

import fc from 'fast-check';

const FRAGMENTS = [
  "'",
  '"',
  '`',
  '\\',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '$',
  '$$',
  '${',
  '${env:HOME}',
  '%{',
  '%%{',
  '{{',
  '{{{',
  '}}',
  '{{ env `HOME` }}',
  '<%',
  '%>',
  '$(touch /tmp/pwned)',
  '`id`',
  '; rm -rf /',
  '#',
  '!',
  '*',
  '~',
  '-n',
  ' ',
  '=',
  ' = ',
  '\u001b[2J',
  '\u202e',
  '\u2028',
  'é',
  '日本語',
  '🐟',
];

/**
 * Well-formed Unicode without NUL, which no argument, environment or shell word can hold, in
 * normalization form C.
 */
export const nastyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'grapheme', maxLength: 5 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join('').replaceAll('\0', '').normalize('NFC'));
