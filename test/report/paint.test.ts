/** Text that knows what it is shown on. */

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cutTo, painterOf, wrapTo } from '../../src/report/paint.ts';
import { linesOn, PLAIN } from '../../src/report/screen.ts';
import { quoteTerminal } from '../../src/report/terminal-text.ts';
import { nastyText } from '../support/nasty.ts';

const NARROW = { columns: 40, colours: true };

test('nothing is cut, wrapped or coloured where nobody looks', () => {
  const long = 'x y '.repeat(99);
  assert.equal(cutTo(long, PLAIN.columns), long);
  assert.deepEqual(wrapTo(long, PLAIN, { first: 1, further: 4 }), [` ${long}`]);
  assert.equal(painterOf(PLAIN)('bad', 'x'), 'x');
});

test('what is too long ends with an ellipsis, or goes on indented', () => {
  assert.equal(cutTo('日本語', 4), '日…');
  assert.deepEqual(wrapTo('one two three four five', { columns: 24, colours: false }, { further: 4 }), [
    'one two three four',
    '    five',
  ]);
});

test('whatever the text, no line is wider than the screen, and nothing but colours is added', () => {
  fc.assert(
    fc.property(fc.array(nastyText, { maxLength: 6 }), (parts) => {
      const quoted = quoteTerminal(parts.join(' '));
      const painted = painterOf(NARROW)('warning', quoted);
      for (const line of wrapTo(painted, NARROW, { first: 2, further: 6 }))
        assert.ok(stringWidth(line) <= 40, line);
      assert.ok(stringWidth(cutTo(painted, 30)) <= 30);
      assert.equal(stripVTControlCharacters(painted), quoted);
    }),
  );
});

test('a result knows its screen: a terminal, or anything else', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 99, hasColors: () => true });
  linesOn(stream, (screen) => {
    assert.deepEqual(screen, { columns: 99, colours: true });
    return [];
  });
  assert.deepEqual(
    linesOn(new PassThrough(), (screen) => [String(screen === PLAIN)]),
    ['true'],
  );
});
