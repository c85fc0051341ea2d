import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { BakeEvent } from '../../src/events.ts';
import { SILENCE_MILLISECONDS, watchSilence } from '../../src/packer/silence.ts';
import { explained } from '../../src/world/aws-errors.ts';

/** What AWS answers is an error of this name; undefined: it answers well. */
function watched(t: TestContext, answer: { code: string | undefined }) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const events: BakeEvent[] = [];
  let asked = 0;
  const askAws = () =>
    explained('ec2:DescribeImages', async () => {
      asked += 1;
      if (answer.code === undefined) return;
      throw Object.assign(new Error(`answer ${asked}`), { name: answer.code });
    });
  const watch = watchSilence({ image: 'web', askAws, emit: (event) => events.push(event) });
  return {
    ...{ watch, events },
    asked: () => asked,
    pass: async (milliseconds: number) => {
      t.mock.timers.tick(milliseconds);
      await turn();
    },
  };
}

test('A Packer that is silent while AWS refuses everything is told, once for each reason, with what to do.', async (t) => {
  const answer = { code: 'RequestExpired' };
  const { events, asked, pass } = watched(t, answer);
  await pass(SILENCE_MILLISECONDS);
  await pass(SILENCE_MILLISECONDS);
  assert.equal(asked(), 2);
  assert.equal(events.length, 1);
  const [stalled] = events;
  assert.ok(stalled?.type === 'image.stalled' && stalled.image === 'web');
  assert.equal(stalled.problem, 'ec2:DescribeImages failed: RequestExpired: answer 1');
  assert.match(stalled.remedy, /expired: renew them.*interrupt bake twice.*`bake reap`/);
  answer.code = 'CredentialsProviderError';
  await pass(SILENCE_MILLISECONDS);
  assert.equal(events.length, 2);
});

test('Nothing is said where AWS answers well, or does not allow the question.', async (t) => {
  const answer: { code: string | undefined } = { code: undefined };
  const { events, asked, pass } = watched(t, answer);
  await pass(SILENCE_MILLISECONDS);
  answer.code = 'UnauthorizedOperation';
  await pass(SILENCE_MILLISECONDS);
  assert.equal(asked(), 2);
  assert.deepEqual(events, []);
});

test('AWS is asked only after a minute without a word, and never after the end.', async (t) => {
  const { watch, asked, pass } = watched(t, { code: 'RequestExpired' });
  for (let line = 0; line < 10; line++) {
    await pass(SILENCE_MILLISECONDS - 1);
    watch.heard();
  }
  assert.equal(asked(), 0);
  watch.end();
  watch.heard();
  await pass(2 * SILENCE_MILLISECONDS);
  assert.equal(asked(), 0);
});

test('An answer that does not come is a reason, too.', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const events: BakeEvent[] = [];
  const watch = watchSilence({
    image: 'web',
    askAws: () => new Promise(() => {}),
    emit: (event) => events.push(event),
  });
  t.mock.timers.tick(SILENCE_MILLISECONDS);
  await turn();
  t.mock.timers.tick(20_000);
  await turn();
  watch.end();
  assert.match(JSON.stringify(events), /has not answered for 20 s.*check the network/);
});
