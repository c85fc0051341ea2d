import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { redactor, streamingRedactor } from '../../src/packer/redact.ts';

const CASES: Array<[name: string, secrets: string[], text: string, shown: string]> = [
  [
    'a secret',
    ['hunter2!'],
    'password hunter2!, twice: hunter2!',
    'password <sensitive>, twice: <sensitive>',
  ],
  ['every one of several', ['one1', 'two2'], 'one1two2', '<sensitive><sensitive>'],
  ['the longer of two that begin alike', ['abcd', 'abcdefgh'], 'abcdefgh abcd', '<sensitive> <sensitive>'],
  [
    'one with signs that mean something to a regular expression',
    ['a.*(b)[c]$\\'],
    'axx a.*(b)[c]$\\',
    'axx <sensitive>',
  ],
  ['one of many lines, whole', ['first line\nsecond line'], '<first line\nsecond line>', '<<sensitive>>'],
  [
    'one of many lines, line by line',
    ['first line\n  second line\n'],
    'says second line',
    'says <sensitive>',
  ],
  ['nothing for a line that is too short to mean anything', ['long enough\n}\n'], 'a } b', 'a } b'],
  ['one in base64', ['s3cret-value'], 'czNjcmV0LXZhbHVl', '<sensitive>'],
  [
    'one in base64 with a newline behind it',
    ['s3cret-value1'],
    Buffer.from('s3cret-value1\n').toString('base64'),
    '<sensitive>MQo=',
  ],
  ['one as JSON has it', ['say "it"\tnow'], 'x say \\"it\\"\\tnow', 'x <sensitive>'],
  ["one as bash's set -x has it", ["it's $(one)"], "+ echo 'it'\\''s $(one)'", "+ echo '<sensitive>'"],
  ["a line as bash's set -x has it", ["first 'line\nlast 'line"], "'a\nlast '\\''line", "'a\n<sensitive>"],
  ['one that HCL composed', ['cafe\u0301-secret'], 'café-secret', '<sensitive>'],
  ['nothing where there is no secret', [], 'text', 'text'],
  ['nothing for an empty secret', [''], 'text', 'text'],
];

for (const [name, secrets, text, shown] of CASES) {
  test(`The redactor hides ${name}.`, () => {
    assert.equal(redactor(secrets)(text), shown);
  });
}

test('The streaming redactor shows the same wherever the text is cut.', () => {
  const secret = fc.stringMatching(/^[ab]{4,9}$/);
  const piece = fc.oneof(secret, fc.stringMatching(/^[abc ]{0,6}$/));
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 3 }), fc.array(piece, { maxLength: 12 }), (secrets, pieces) => {
      const stream = streamingRedactor(secrets);
      const shown = pieces.map((text) => stream.push(text)).join('') + stream.end();
      assert.equal(shown, redactor(secrets)(pieces.join('')));
    }),
    { numRuns: 2000 },
  );
});

test('The streaming redactor finds a secret that came character by character.', () => {
  const stream = streamingRedactor(['hunter2!']);
  const shown = [...'a hunter2! b'].map((character) => stream.push(character));
  assert.equal(shown.join('') + stream.end(), 'a <sensitive> b');
});

test('The streaming redactor holds nothing back where there is no secret.', () => {
  assert.equal(streamingRedactor([]).push('text'), 'text');
});
