/** Words for what a builder is doing. */

import type { Phase } from '../events.ts';

const WORDS: Readonly<Record<Phase, string>> = {
  launch: 'launching the builder',
  ssh: 'waiting for SSH',
  step: 'running a step',
  stop: 'stopping the builder',
  image: 'creating the image',
  'clean-up': 'cleaning up',
};

/** `step` is a step's id: `03-base-packages` reads as `base packages`. */
export function phaseWords(phase: Phase, step?: string): string {
  return step === undefined ? WORDS[phase] : step.replace(/^\d+-/, '').replaceAll('-', ' ');
}
