import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterStep } from '../../src/build/after-step.ts';
import type { BakeEvent } from '../../src/events.ts';

const step = (id: string): BakeEvent => ({ type: 'image.phase', image: 'web', phase: 'step', step: id });
const phase = (name: 'stop' | 'clean-up'): BakeEvent => ({ type: 'image.phase', image: 'web', phase: name });
const output: BakeEvent = { type: 'image.output', image: 'web', text: 'x' };

function calls(wanted: string | undefined, events: readonly BakeEvent[]): number {
  const seen: BakeEvent[] = [];
  let called = 0;
  const emit = afterStep(
    wanted,
    (event) => seen.push(event),
    () => {
      called += 1;
    },
  );
  events.forEach(emit);
  assert.deepEqual(seen, events);
  return called;
}

test('once, as soon as the build goes on after the step', () => {
  assert.equal(calls('ossec', [step('one'), step('ossec'), output]), 0);
  assert.equal(calls('ossec', [step('one'), step('ossec'), output, step('two'), step('three')]), 1);
  assert.equal(calls('ossec', [step('ossec'), phase('stop')]), 1);
});

test('not where the step fails, and not for an image without it', () => {
  assert.equal(calls('ossec', [step('ossec'), phase('clean-up')]), 0);
  assert.equal(calls(undefined, [step('one'), step('two')]), 0);
});
