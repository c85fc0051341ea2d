import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../../rehearsal/src/setup/lock.ts';

const LOCK = new URL('../../../rehearsal/src/setup/lock.ts', import.meta.url).href;
const quiet = { onWait: () => {} };
const uniqueName = () => `bake-test-lock-${process.pid}-${Math.random()}`;

test('two that want the same wait for each other', async () => {
  const name = uniqueName();
  const order: string[] = [];
  let waits = 0;
  const work = (who: string) =>
    withLock(
      name,
      {
        onWait: () => {
          waits += 1;
        },
      },
      async () => {
        order.push(`${who} begins`);
        await sleep(150);
        order.push(`${who} ends`);
      },
    );
  await Promise.all([work('one'), work('two')]);
  assert.deepEqual(order, ['one begins', 'one ends', 'two begins', 'two ends']);
  assert.equal(waits, 1);
});

test('a failing holder gives the lock back', async () => {
  const name = uniqueName();
  await assert.rejects(
    withLock(name, quiet, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await withLock(name, quiet, async () => 'done'), 'done');
});

test('a holder that is killed gives the lock back', async () => {
  const name = uniqueName();
  const code = `import { withLock } from ${JSON.stringify(LOCK)};
    await withLock(${JSON.stringify(name)}, { onWait() {} }, async () => {
      process.stdout.write('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', code]);
  await once(holder.stdout, 'data');
  let waited = false;
  const mine = withLock(
    name,
    {
      onWait: () => {
        waited = true;
      },
    },
    async () => 'mine',
  );
  await sleep(200);
  assert.equal(waited, true);
  holder.kill('SIGKILL');
  assert.equal(await mine, 'mine');
});

test('waiting can be cancelled', async () => {
  const name = uniqueName();
  const abort = new AbortController();
  await withLock(name, quiet, async () => {
    const waiting = withLock(
      name,
      { onWait: () => abort.abort(), signal: abort.signal },
      async () => 'never',
    );
    await assert.rejects(waiting, { name: 'AbortError' });
  });
});
