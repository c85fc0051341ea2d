/** OSSEC's levels in three tones. Pure. */

import { GRAVE } from '../../alerts/incidents.ts';

export type LevelTone = 'high' | 'middle' | 'low';

/** The gravest first. */
export const TONES: readonly LevelTone[] = ['high', 'middle', 'low'];

/** From here on OSSEC means an attack, or an administrator. */
const HIGH = 10;

export function levelTone(level: number): LevelTone {
  if (level >= HIGH) return 'high';
  return level >= GRAVE ? 'middle' : 'low';
}

export const TONE_WORDS: Readonly<Record<LevelTone, string>> = {
  high: `level ${HIGH} and up`,
  middle: `level ${GRAVE} to ${HIGH - 1}`,
  low: 'lower',
};
