/** What a promotion does, in words. Pure. */

import type { PromotionStep, RegionPlan } from '../../images/promote.ts';
import { quoteTerminal } from '../terminal-text.ts';

export function promotionLines(plans: readonly RegionPlan[]): string[] {
  return plans.flatMap(({ region, imageId, steps }) => [
    quoteTerminal(
      `${region}: ${steps.length === 0 ? `${imageId}, all is done` : (imageId ?? 'to be copied')}`,
    ),
    ...steps.map((step) => quoteTerminal(`  ${stepWords(step)}`)),
  ]);
}

/** Not quoted. */
export function stepWords(step: PromotionStep): string {
  switch (step.kind) {
    case 'copy':
      return `copy the image here${step.kmsKey === undefined ? '' : `, encrypted with ${step.kmsKey}`}`;
    case 'await':
      return `wait for the copy ${step.imageId}`;
    case 'discard':
      return `remove the copy ${step.imageId}, which has failed`;
    case 'share':
      return `share it with ${step.accounts.join(', ')}`;
    case 'publish':
      return `${step.version === 0 ? 'create' : 'write'} the SSM parameter ${step.name}`;
    case 'retire':
      return `retire ${step.imageId} (${step.name}), deprecated from ${step.deprecateAt}`;
  }
}
