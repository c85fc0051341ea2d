import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnnamedImages } from '../../../rehearsal/src/machines/unnamed-images.ts';

/** An engine that does nothing until it is told, and an image that is made likewise. */
function scene() {
  const pending: Array<() => void> = [];
  const said: string[] = [];
  const act = (what: string) => () => {
    said.push(what);
    return new Promise<string>((resolve) => pending.push(() => resolve('')));
  };
  const unnamed = new UnnamedImages(async () => act('remove')(), 'a');
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const finish = async () => {
    await settle();
    pending.shift()?.();
    await settle();
  };
  return { said, finish, unnamed, make: (name: string) => unnamed.making(act(name)) };
}

test('nothing is removed while images are made, and once when the last one has its name', async () => {
  const { said, finish, unnamed, make } = scene();
  const [first, second] = [make('first'), make('second')];
  await unnamed.remove();
  await unnamed.remove();
  await finish();
  await first;
  assert.deepEqual(said, ['first', 'second']);
  await finish();
  await finish();
  await second;
  assert.deepEqual(said, ['first', 'second', 'remove']);
});

test('an image is made when a removal has ended', async () => {
  const { said, finish, unnamed, make } = scene();
  const removed = unnamed.remove();
  const made = make('first');
  await finish();
  await removed;
  assert.deepEqual(said, ['remove', 'first']);
  await finish();
  await made;
});

test('a removal that fails fails alone', async () => {
  const unnamed = new UnnamedImages(async () => {
    throw new Error('no engine');
  }, 'a');
  await assert.rejects(unnamed.remove(), /no engine/);
  assert.equal(await unnamed.making(async () => 1), 1);
  await assert.rejects(unnamed.remove(), /no engine/);
});
