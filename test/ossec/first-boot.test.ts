/** The files that a first boot writes, as a rule of OSSEC's finds them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstBootPath } from '../../src/fleet/fields-ossec.ts';
import { FIRST_BOOT_PATHS, pathExpression } from '../../src/ossec/first-boot.ts';

const matcher = (pattern: string) => new RegExp(`^(?:${pathExpression(pattern)})$`);

test('every path that the fleet check lets through is found, and no other in its place', () => {
  const part = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 8 });
  const paths = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => `/${parts.join('/')}`)
    .filter((path) => firstBootPath.safeParse(path).success && !path.includes('*'));
  fc.assert(
    fc.property(paths, fc.nat(), (path, index) => {
      assert.match(path, matcher(path));
      const at = index % path.length;
      const other = `${path.slice(0, at)}~~${path.slice(at + 1)}`;
      assert.doesNotMatch(other, matcher(path));
    }),
  );
});

test('a star stands for anything within a folder', () => {
  assert.match('/etc/ssh/ssh_host_rsa_key', matcher('/etc/ssh/ssh_host_*_key'));
  assert.doesNotMatch('/etc/ssh/ssh_host_a/b_key', matcher('/etc/ssh/ssh_host_*_key'));
});

test('what would begin a class that matches all else is refused', () => {
  assert.equal(firstBootPath.safeParse('/etc/a^b').success, false);
});

test("bake's own list is what a fleet could write", () => {
  for (const { path } of FIRST_BOOT_PATHS) assert.ok(firstBootPath.safeParse(path).success, path);
});
