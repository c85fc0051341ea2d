/** The instances that a push begins on. Pure. */

import type { Wave } from '../../instances/push/waves.ts';

const NAMED = 5;

export function names(ids: readonly string[]): string {
  const more = ids.length - NAMED;
  return more > 0 ? `${ids.slice(0, NAMED).join(', ')} and ${more} more` : ids.join(', ');
}

export function waveWords({ instanceIds, isCanary, left }: Wave): string {
  const wait = left === 0 ? '' : `; ${left} wait`;
  return `${isCanary ? 'canary' : 'wave'}: ${names(instanceIds)}${wait}`;
}
