import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareDebianVersions } from '../../src/images/debian-version.ts';

/** From older to newer; what `dpkg --compare-versions` says of each neighbour. */
const ORDERS: readonly (readonly string[])[] = [
  ['1.0~rc1-1', '1.0-1', '1.0-1+b1', '1.0-1.1', '1.0-2', '1.0a-1', '1.0+git-1', '1.0.1-1', '1.10-1'],
  ['9:1.0', '10:0.1'],
  ['1.22.1-9', '1.22.1-9+deb12u1', '1.22.1-9+deb12u2'],
  ['2.36-9+deb12u9', '2.36-9+deb12u10'],
  ['1.0~~', '1.0~~a', '1.0~', '1.0'],
  ['1.0-1', '1.0-1-1'],
  ['0', '1a', '1b', '1.'],
  ['20240101', '123456789012345678901234567890'],
];
for (const order of ORDERS) {
  test(order.join(' < '), () => {
    assert.deepEqual(order.toReversed().sort(compareDebianVersions), order);
    for (const [index, version] of order.entries()) {
      const next = order[index + 1];
      if (next !== undefined) assert.ok(compareDebianVersions(version, next) < 0, `${version} < ${next}`);
    }
  });
}

test('what is equal', () => {
  for (const [a, b] of [
    ['1.0', '0:1.0'],
    ['1.0', '1.00'],
    ['1.0-0', '1.0'],
    ['1.02', '1.2'],
  ] as const) {
    assert.equal(compareDebianVersions(a, b), 0, `${a} = ${b}`);
  }
});

const version = fc.stringMatching(/^(?:[0-9]:)?[0-9][0-9a-b.+~-]{0,6}$/);

test('any versions have one order', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const sign = (x: string, y: string) => Math.sign(compareDebianVersions(x, y));
      assert.equal(sign(a, b) + sign(b, a), 0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
    }),
  );
});
