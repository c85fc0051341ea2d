/** Everything that speaks against a rollout, or is good to know before it: all at once. Pure. */

import { capacityFindings } from './capacity.ts';
import { configurationFindings } from './configuration.ts';
import type { Facts, Finding, Level, Wanted } from './facts.ts';
import { imageFindings } from './image.ts';
import { instanceFindings } from './instances.ts';
import { surroundingFindings } from './surroundings.ts';

export interface Preflight {
  /** Gravest first. */
  readonly findings: readonly Finding[];
  /**
   * `attach`: a refresh with this image is under way, and is watched. `nothing`: every instance has it.
   * `stop`: something has to be done first.
   */
  readonly verdict: 'start' | 'attach' | 'nothing' | 'stop';
}

const RANK: Readonly<Record<Level, number>> = { stop: 0, warning: 1, note: 2 };

export function preflight(facts: Facts, wanted: Wanted): Preflight {
  const findings = [
    ...surroundingFindings(facts, wanted),
    ...configurationFindings(facts, wanted),
    ...imageFindings(facts, wanted),
    ...capacityFindings(facts, wanted),
    ...instanceFindings(facts, wanted),
  ].toSorted((one, other) => RANK[one.level] - RANK[other.level]);
  return { findings, verdict: verdictOf(findings) };
}

/** What is under way passed its own preflight: what was found today does not stop anyone from watching. */
function verdictOf(findings: readonly Finding[]): Preflight['verdict'] {
  const has = (id: string) => findings.some((one) => one.id === id);
  if (has('attached')) return 'attach';
  if (findings.some(({ level }) => level === 'stop')) return 'stop';
  return has('up-to-date') ? 'nothing' : 'start';
}
