import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNamesAndFlags } from '../support/names-and-flags.ts';

const USAGE = { kind: 'case', known: ['one', 'two'], flags: { again: 'forget' } };

test('names and flags are chosen, all where none is named', () => {
  assert.deepEqual(readNamesAndFlags(['two', '--again'], USAGE), { names: ['two'], flags: { again: true } });
  assert.deepEqual(readNamesAndFlags([], USAGE), { names: ['one', 'two'], flags: { again: false } });
});

for (const [args, words, exitCode] of [
  [['--help'], /^names of cases, or none for all: one, two\n--again: forget$/, 0],
  [['three'], /^no case three; names of cases/, 2],
  [['--never'], /^Unknown option '--never'\nnames of cases/, 2],
  [['--again=yes'], /\nnames of cases/, 2],
] as const) {
  test(`${args.join(' ')} is told how to do it, without a trace`, () => {
    const read = readNamesAndFlags(args, USAGE);
    assert.ok('text' in read);
    assert.match(read.text, words);
    assert.equal(read.exitCode, exitCode);
  });
}
