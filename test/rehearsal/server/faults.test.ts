import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Faults, parseFaults } from '../../../rehearsal/src/server/faults.ts';

test('a fault meets as many calls of its action as it says', () => {
  const faults = new Faults();
  const effect = { kind: 'refuse', code: 'RequestLimitExceeded', status: 503 };
  faults.replace(
    parseFaults(
      JSON.stringify([
        { action: 'ec2:RunInstances', times: 2, effect },
        { action: 'ec2:X', effect },
      ]),
    ),
  );
  const codes = Array.from({ length: 3 }, () => faults.take('ec2:RunInstances', 'refuse')?.code);
  assert.deepEqual(codes, ['RequestLimitExceeded', 'RequestLimitExceeded', undefined]);
  assert.equal(faults.take('ec2:X', 'fail'), undefined);
  assert.deepEqual(
    faults.list().map(({ action, times }) => [action, times]),
    [['ec2:X', 1]],
  );
});

test('a fault can meet a share of all calls, evenly spread', () => {
  const faults = new Faults();
  const effect = { kind: 'refuse', code: 'Throttling', status: 400 };
  faults.replace(parseFaults(JSON.stringify([{ action: '*', times: 3, share: 0.3, effect }])));
  const met = Array.from(
    { length: 14 },
    (_, call) => faults.take(`ec2:Call${call % 3}`, 'refuse') !== undefined,
  );
  const numbers = met.flatMap((isMet, index) => (isMet ? [index + 1] : []));
  assert.deepEqual(numbers, [4, 7, 10]);
});

test('a fault can let calls of its action pass first', () => {
  const faults = new Faults();
  const effect = { kind: 'hold', moment: 'after' };
  faults.replace(parseFaults(JSON.stringify([{ action: 'ec2:RunInstances', skip: 2, effect }])));
  assert.equal(faults.take('ec2:DescribeImages', 'hold'), undefined);
  const met = Array.from({ length: 4 }, () => faults.take('ec2:RunInstances', 'hold')?.moment);
  assert.deepEqual(met, [undefined, undefined, 'after', undefined]);
});

test('a wrong clock is wrong for every call until the faults are replaced', () => {
  const faults = new Faults();
  assert.equal(faults.skewSeconds(), 0);
  faults.replace(parseFaults('[{"action":"*","effect":{"kind":"skew","seconds":-600}}]'));
  assert.deepEqual([faults.skewSeconds(), faults.skewSeconds()], [-600, -600]);
  faults.replace([]);
  assert.equal(faults.skewSeconds(), 0);
});

test('what is no list of faults is refused with what is wrong', () => {
  const cases: readonly (readonly [json: string, wrong: RegExp])[] = [
    ['{', /expected array/],
    ['{}', /expected array/],
    ['[{"action":"RunInstances","effect":{"kind":"fail","reason":"x"}}]', /action/],
    ['[{"action":"ec2:X","times":0,"effect":{"kind":"fail","reason":"x"}}]', /times/],
    ['[{"action":"ec2:X","effect":{"kind":"refuse","code":"X","status":200}}]', /status/],
    ['[{"action":"ec2:X","effect":{"kind":"delay"}}]', /milliseconds/],
    ['[{"action":"ec2:X","effect":{"kind":"hold","moment":"never"}}]', /moment/],
    ['[{"action":"ec2:X","skip":-1,"effect":{"kind":"late","milliseconds":1}}]', /skip/],
    ['[{"action":"ec2:X","effect":{"kind":"explode"}}]', /kind/],
  ];
  for (const [json, wrong] of cases) {
    assert.throws(() => parseFaults(json), { code: 'ValidationError', message: wrong }, json);
  }
});
