import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { formatInputFailure } from '../../src/report/input-failure.ts';

function lines(text: string, column: number, length: number): string[] {
  const at = { file: 'bake.yaml', line: 12, column, text, length };
  return formatInputFailure({ kind: 'input', at, problem: 'this is wrong' });
}

test('a mistake has its place, the line with a marker, and a remedy', () => {
  const at = { file: 'bake.yaml', line: 12, column: 5, text: 'foo: bar', length: 4 };
  const failure = { kind: 'input', at, problem: 'this is wrong', remedy: 'Do this' } as const;
  assert.deepEqual(formatInputFailure({ ...failure, at: { ...at, column: 6, length: 3 } }), [
    'bake.yaml:12:6: this is wrong',
    '    foo: bar',
    '         ~~~',
    '  → Do this',
  ]);
  assert.equal(formatInputFailure(failure, 'warning')[0], 'bake.yaml:12:5: warning: this is wrong');
});

test('a mistake without a place is a line, with the remedy under it', () => {
  const failure = { kind: 'input', problem: 'there is no fleet file', remedy: 'Name it' } as const;
  assert.deepEqual(formatInputFailure(failure), ['there is no fleet file', '  → Name it']);
});

test('the marker stands under what is shown, with tabs, wide and control characters before it', () => {
  assert.deepEqual(lines('\tx: 1', 2, 1).slice(1), ['        x: 1', '        ~']);
  assert.deepEqual(lines('日本: x', 5, 1).slice(1), ['    日本: x', '          ~']);
  assert.deepEqual(lines('\u001b[2J: x', 7, 1).slice(1), ['    \\x1b[2J: x', '             ~']);
  assert.deepEqual(lines('a: 日本 b', 4, 2).slice(1), ['    a: 日本 b', '       ~~~~']);
});

test('an empty line is not shown, and a mark behind the end of a line is one wide', () => {
  assert.deepEqual(lines('', 1, 1), ['bake.yaml:12:1: this is wrong']);
  assert.deepEqual(lines('a: [', 5, 1).slice(1), ['    a: [', '        ~']);
});

test('a long line is cut to what is around the mistake', () => {
  const [, shown = '', marker = ''] = lines(`${'a'.repeat(5000)}BAD${'b'.repeat(5000)}`, 5001, 3);
  assert.ok(shown.length < 120 && shown.startsWith('    …a') && shown.endsWith('b…'));
  assert.equal(shown.slice(marker.indexOf('~'), marker.lastIndexOf('~') + 1), 'BAD');
});

test('text from a file cannot drive the terminal, wherever it is', () => {
  const evil = '\u001b[2J\u202e';
  const at = { file: `${evil}.yaml`, line: 1, column: 1, text: evil, length: 2 };
  const printed = formatInputFailure({ kind: 'input', at, problem: evil, remedy: evil }).join('\n');
  assert.doesNotMatch(printed.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('for any line and place, the marker lies under the line', () => {
  const place = fc.record({ text: fc.string({ unit: 'binary' }), column: fc.nat(60), length: fc.nat(60) });
  fc.assert(
    fc.property(place, ({ text, column, length }) => {
      const [, shown, marker] = lines(text, Math.min(column, text.length) + 1, length + 1);
      if (shown === undefined || marker === undefined) return;
      assert.match(marker, /^ {4,}~+$/);
      assert.ok(marker.length <= stringWidth(shown) + 1);
    }),
    { numRuns: 1000 },
  );
});
