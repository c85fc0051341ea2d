/** Tells when a step of a build has ended well. */

import type { BakeEvent, Emit } from '../events.ts';

/**
 * Passes every event of one image on to `emit`, and calls `then` once, when the build goes on after the step
 * with this id. A build that fails in the step goes to its clean-up, which is not going on.
 */
export function afterStep(step: string | undefined, emit: Emit, then: () => void): Emit {
  let state: 'before' | 'in' | 'after' = 'before';
  return (event) => {
    emit(event);
    if (step === undefined || event.type !== 'image.phase' || state === 'after') return;
    if (isIn(event, step)) state = 'in';
    else if (state === 'in' && GOING_ON.has(event.phase)) {
      state = 'after';
      then();
    }
  };
}

const GOING_ON: ReadonlySet<string> = new Set(['step', 'stop', 'image']);

function isIn(event: Extract<BakeEvent, { type: 'image.phase' }>, step: string): boolean {
  return event.phase === 'step' && event.step === step;
}
