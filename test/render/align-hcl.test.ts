import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignHcl } from '../../src/render/align-hcl.ts';

test('equal signs of consecutive lines stand in one column', () => {
  assert.equal(alignHcl('  a = 1\n  longer = 2\n\n  b = 3'), '  a      = 1\n  longer = 2\n\n  b = 3');
});

test('a line that opens a block stands in no group', () => {
  assert.equal(alignHcl('longer = 1\na = [\n  x = 2\n]'), 'longer = 1\na = [\n  x = 2\n]');
});

test('quoted keys count their graphemes, and a value with an equal sign is left alone', () => {
  assert.equal(alignHcl('"é" = "a = b"\n"abc" = "c"'), '"é"   = "a = b"\n"abc" = "c"');
});
