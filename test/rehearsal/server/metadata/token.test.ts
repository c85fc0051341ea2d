import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetadataTokens } from '../../../../rehearsal/src/server/metadata/token.ts';

const NOW = new Date('2026-11-01T12:00:00Z');

test('a token is good for its instance until its time is over', () => {
  const tokens = new MetadataTokens();
  const token = tokens.issue('i-1', '60', NOW) ?? '';
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  assert.equal(tokens.secondsLeft('i-1', token, at(10)), 50);
  assert.equal(tokens.secondsLeft('i-1', token, at(60)), undefined);
  assert.equal(tokens.secondsLeft('i-2', token, at(10)), undefined);
  assert.equal(new MetadataTokens().secondsLeft('i-1', token, at(10)), undefined);
});

test('a token that was changed is no token', () => {
  const tokens = new MetadataTokens();
  const token = tokens.issue('i-1', '1', NOW) ?? '';
  const later = String(NOW.getTime() + 999_999_000);
  for (const changed of ['', '-', later, token.replace(/^\d+/, later), token.slice(0, -1), `${token}0`]) {
    assert.equal(tokens.secondsLeft('i-1', changed, NOW), undefined, changed);
  }
});

test('a lifetime is one second to six hours', () => {
  const tokens = new MetadataTokens();
  const given = (lifetime: string | undefined) => tokens.issue('i-1', lifetime, NOW) !== undefined;
  assert.deepEqual(['1', '21600'].map(given), [true, true]);
  assert.deepEqual([undefined, '', '0', '21601', '-1', '1.5', '1e2', ' 1'].map(given), Array(8).fill(false));
});
