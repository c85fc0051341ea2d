import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BucketPool, type Buckets } from '../../src/alerts/buckets.ts';

const sum = (buckets: Buckets) => [...buckets.cells()].reduce((total, { count }) => total + count, 0);

test('buckets keep when and on which host, as fine as they are', () => {
  const buckets = new BucketPool(10).create({ keep: false });
  for (const [time, host] of [
    [86_400, 3],
    [86_699, 3],
    [86_700, 3],
    [300, 0],
    [86_400, 2047],
  ] as const)
    buckets.add(time, host);
  assert.deepEqual(
    [...buckets.cells()],
    [
      { time: 86_400, host: 3, count: 2 },
      { time: 86_700, host: 3, count: 1 },
      { time: 300, host: 0, count: 1 },
      { time: 86_400, host: 2047, count: 1 },
    ],
  );
});

test('all buckets together have a limit; those with most get coarser, and a few others stay as they are', () => {
  const pool = new BucketPool(1000);
  const [noise, file, kept] = [false, false, true].map((keep) => pool.create({ keep }));
  if (noise === undefined || file === undefined || kept === undefined) return assert.fail();
  for (let n = 0; n < 5; n++) file.add(n * 300, n);
  for (let n = 0; n < 20_000; n++) {
    noise.add(n * 300, n % 50);
    kept.add(n * 300, 0);
    assert.ok(noise.size + file.size + kept.size <= 1001);
  }
  assert.deepEqual([file.seconds, file.size], [300, 5]);
  assert.equal(sum(kept), 20_000);
  // More than two days are in one of its buckets, of which each host has one: nothing can be said any more.
  assert.deepEqual([noise.isDropped, noise.size], [true, 0]);
});

test('what is not dropped has lost nothing', () => {
  const alert = fc.record({ of: fc.nat(3), time: fc.nat(10_000_000), host: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(alert, { maxLength: 400, size: 'max' }), (alerts) => {
      const pool = new BucketPool(60);
      const all = [0, 1, 2, 3].map(() => pool.create({ keep: true }));
      for (const { of, time, host } of alerts) all[of]?.add(time, of === 0 ? host : 0);
      for (const [index, buckets] of all.entries()) {
        const own = alerts.filter(({ of }) => of === index);
        assert.equal(sum(buckets), own.length);
        for (const { time, host } of buckets.cells()) {
          const isIn = own.some(
            (one) =>
              one.time >= time && one.time < time + buckets.seconds && (index > 0 || one.host === host),
          );
          assert.ok(isIn);
        }
      }
    }),
    { numRuns: 200 },
  );
});
