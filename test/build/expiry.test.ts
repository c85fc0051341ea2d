import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryWarning } from '../../src/build/expiry.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const warningOf = (environment: Record<string, string>) =>
  expiryWarning({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', ...environment }, NOW);

test('Credentials of the environment that end before a bake has ended are warned of.', () => {
  const warning = warningOf({ AWS_CREDENTIAL_EXPIRATION: '2026-11-24T12:12:30+00:00' });
  assert.ok(warning?.type === 'notice' && warning.level === 'warning');
  assert.match(warning.text, /end in 12 min 30 s/);
  assert.match(warning.remedy ?? '', /`bake reap`.*renew/);
});

test('Nothing is said of those that last, are renewed, or of which nothing is known.', () => {
  assert.equal(warningOf({ AWS_CREDENTIAL_EXPIRATION: '2026-11-24T12:30:00Z' }), undefined);
  assert.equal(warningOf({ AWS_CREDENTIAL_EXPIRATION: '2026-11-24T11:59:00Z' }), undefined);
  assert.equal(warningOf({ AWS_CREDENTIAL_EXPIRATION: 'soon' }), undefined);
  assert.equal(warningOf({}), undefined);
  const soon = { AWS_CREDENTIAL_EXPIRATION: '2026-11-24T12:01:00Z' };
  assert.equal(warningOf({ ...soon, AWS_PROFILE: 'shop' }), undefined);
  assert.equal(warningOf({ ...soon, AWS_ACCESS_KEY_ID: '' }), undefined);
});
