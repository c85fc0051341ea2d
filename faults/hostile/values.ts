/** Texts that break careless quoting, parsing and printing. */

import fc from 'fast-check';
import { CANARY } from './model.ts';

const FRAGMENTS = [
  ...["'", '"', '`', '\\', '\n', '\r', '\r\n', '\t', '\0', '\u0007', '\u001b[2J', '\u009b31m', '\u0085'],
  ...['$', '$$', '${', '$${', '%', '%{', '%%{', '{{', '}}', '{{{', '<%', '%>', '<%&', '<%={{ }}=%>'],
  ...[`$(touch ${CANARY})`, `\`touch ${CANARY}\``, `; touch ${CANARY} #`, `| touch ${CANARY}`],
  ...[
    `\n touch ${CANARY}\n`,
    `' ; touch ${CANARY} ; '`,
    `" ; touch ${CANARY} ; "`,
    `\${IFS}touch\${IFS}${CANARY}`,
  ],
  ...['${env:HOME}', '${env:HOSTILE}', '$${env:', '${path.root}', '${file("/etc/passwd")}', '%{ if true }'],
  ...['{{ env `HOME` }}', '{{ template "x" }}', '{{ .Vars }}', '${var.source_ami}', '%{ for x in y }'],
  ...[
    '../',
    '..',
    '/',
    '//',
    './',
    '~',
    '~root',
    '*',
    '?',
    '[',
    ']',
    '[!a]',
    '{a,b}',
    '!',
    '!!',
    '-',
    '--',
    '-n',
  ],
  ...['<', '>', '&', '&amp;', '&#0;', '&x;', '<!--', '-->', ']]>', '<![CDATA[', '<!DOCTYPE x [', '<?xml ?>'],
  ...[
    ': ',
    '- ',
    '#',
    ' #',
    '&a',
    '*a',
    '!x',
    '|',
    '>',
    '%YAML 1.1',
    '---',
    '...',
    '?',
    '<<',
    '@',
    ',',
    '=',
    ' = ',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u2028',
    '\u2029',
    '\ufffe',
    '\uffff',
    '\ufffd',
    '\u00ad',
  ],
  ...[
    '\ud800',
    '\udc00',
    'e\u0301',
    '\u0344',
    '\u212b',
    '\u{e0041}',
    '\u{1f41f}',
    '\u65e5\u672c',
    '\u00df',
    '\u0130',
  ],
  ...[
    '0',
    '00',
    '-0',
    '1e99',
    '0x1',
    '.inf',
    '.nan',
    'null',
    '~',
    'yes',
    'no',
    'true',
    '2026-01-01',
    '1_000',
    '0o7',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '$&',
    '$1',
    "$'",
    '\\u0000',
    '\\x41',
    '\\N',
    '&&',
    '||',
  ],
] as const;

/** Short, mostly: what breaks something breaks it with few characters, and can be read by people. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

/** What is nearly right gets further than what is all wrong. */
export function nearly(right: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: inside(right) },
    { weight: 2, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.constant(right) },
  );
}

/** A text with something hostile at some place of it. */
export function inside(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length), fc.oneof(fc.constantFrom(...FRAGMENTS), hostileText), fc.nat(3))
    .map(([at, hostile, cut]) => text.slice(0, at) + hostile + text.slice(at + cut));
}

/** A text that was edited at some places. */
export function edited(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...FRAGMENTS), fc.nat(20)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((edits) =>
      edits.reduce((all, [place, fragment, cut]) => {
        const at = Math.floor(place * all.length);
        return all.slice(0, at) + fragment + all.slice(at + cut);
      }, text),
    );
}
