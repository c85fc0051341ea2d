import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adopt } from '../../src/build/adopt.ts';
import { Failed } from '../../src/failure.ts';
import type { ExistingImage } from '../../src/plan/decide.ts';
import { testPrepared } from '../support/prepared.ts';

const FINGERPRINT = 'a'.repeat(64);

const IMAGE = testPrepared('web', {
  imageName: 'shop-web-aaaaaaaaaaaa-2',
  decision: { kind: 'bake', generation: 2, why: 'forced' },
});

const FINISHED: ExistingImage = {
  imageId: 'ami-1',
  name: IMAGE.imageName,
  role: 'web',
  fingerprint: FINGERPRINT,
  generation: 2,
  state: 'candidate',
  createdAt: '2026-01-01T00:00:00.000Z',
  available: true,
  pending: false,
  run: 'another',
};
const PENDING: ExistingImage = { ...FINISHED, state: 'unfinished', available: false, pending: true };

/** What is found at each look; the last stays. */
function adoptAmong(...looks: Array<ExistingImage | undefined>) {
  const names: string[] = [];
  const said: string[] = [];
  const interruption = new AbortController();
  const adopted = adopt(IMAGE, {
    find: async (name) => {
      names.push(name);
      return looks[Math.min(names.length, looks.length) - 1];
    },
    runId: 'mine',
    emit: (event) => void (event.type === 'notice' && said.push(`${event.text}; ${event.remedy}`)),
    signal: interruption.signal,
    pollMilliseconds: 1,
    patienceMilliseconds: 5,
  });
  return { adopted, names, said, interruption };
}

async function problem(...looks: Array<ExistingImage | undefined>): Promise<string> {
  return adoptAmong(...looks).adopted.then(
    () => assert.fail('adopted'),
    (error) => (error instanceof Failed ? (error.failures[0]?.problem ?? '') : assert.fail(error)),
  );
}

test('the image of another run is taken when it is finished', async () => {
  const { adopted, names, said } = adoptAmong(PENDING, PENDING, FINISHED);
  assert.equal((await adopted)?.imageId, 'ami-1');
  assert.equal(said.length, 1);
  assert.match(
    said[0] ?? '',
    /^web: waiting for ami-1 .* which run another is making; if that run was killed, /,
  );
  assert.deepEqual(names, Array(3).fill('shop-web-aaaaaaaaaaaa-2'));
});

test('nothing is taken where nobody made one, where the other run has cleaned up, or where it is our own', async () => {
  assert.equal(await adoptAmong(undefined).adopted, undefined);
  assert.equal(await adoptAmong(PENDING, undefined).adopted, undefined);
  assert.equal(await adoptAmong({ ...FINISHED, run: 'mine' }).adopted, undefined);
});

test('an image that only has the name is refused', async () => {
  for (const parts of [{ fingerprint: 'b'.repeat(64) }, { generation: 1 }, { role: 'worker' }]) {
    assert.match(await problem({ ...FINISHED, ...parts }), /its tags say that it is another image/);
  }
});

test('an image that fails is refused, and one that stays pending is not waited for without end', async () => {
  assert.match(await problem(PENDING, { ...PENDING, pending: false }), /it failed or was disabled/);
  assert.match(await problem(PENDING), /does not become available/);
});

test('an interruption ends the wait, and is no bug', async () => {
  const { adopted, interruption } = adoptAmong(PENDING);
  interruption.abort();
  await assert.rejects(
    adopted,
    (error) => error instanceof Failed && error.failures[0]?.kind === 'interrupted',
  );
});
