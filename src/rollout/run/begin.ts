/** Begins the rollouts of a wave, or says why not. */

import { Failed } from '../../failure.ts';
import type { Doors } from './doors.ts';
import type { Followed } from './follow.ts';
import { dropLeftAlarm } from './guard-alarm.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { Prepared } from './prepare.ts';
import { start } from './start.ts';

export interface Begun {
  readonly prepared: Prepared;
  /** What is to be watched; otherwise it is over already. */
  readonly followed: Followed | undefined;
  readonly outcome: Outcome | undefined;
}

export const INTERRUPTED = 'bake was interrupted';

/** After one that can't be started, or an interruption, no other one is. */
export async function beginAll(doors: Doors, wave: readonly Prepared[]): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (const prepared of wave) {
    const why = whyNot(doors, begun);
    const { name } = prepared.group;
    begun.push(
      why === undefined
        ? await begin(doors, prepared)
        : over(prepared, outcome(name, 'not-started', { why })),
    );
  }
  return begun;
}

function whyNot(doors: Doors, begun: readonly Begun[]): string | undefined {
  if (doors.isInterrupted()) return INTERRUPTED;
  const hasFailed = begun.some((one) => one.outcome !== undefined && one.outcome.kind !== 'done');
  return hasFailed ? 'another group of its wave could not be started' : undefined;
}

async function begin(doors: Doors, prepared: Prepared): Promise<Begun> {
  const { group, preflight, active } = prepared;
  const { name } = group;
  switch (preflight.verdict) {
    case 'nothing':
      await dropLeftAlarm(doors, prepared);
      return over(prepared, outcome(name, 'done', { kept: group.instances.map(({ id }) => id) }));
    case 'stop':
      return over(prepared, outcome(name, 'failed', { failures: stops(prepared) }));
    case 'attach':
      return joined(prepared, active?.refreshId ?? '');
    case 'start':
      try {
        return followedAs(prepared, (await start(doors, prepared)).refreshId);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return over(prepared, outcome(name, 'failed', { failures: error.failures }));
      }
  }
}

function over(prepared: Prepared, ended: Outcome): Begun {
  return { prepared, followed: undefined, outcome: ended };
}

function joined(prepared: Prepared, refreshId: string): Begun {
  const { group } = prepared;
  const followed = { group: group.name, refreshId, before: group, isJoined: true } as const;
  return { prepared, followed, outcome: undefined };
}

function followedAs(prepared: Prepared, refreshId: string): Begun {
  const { group } = prepared;
  return { prepared, followed: { group: group.name, refreshId, before: group }, outcome: undefined };
}

function stops({ preflight }: Prepared): Outcome['failures'] {
  return preflight.findings
    .filter(({ level }) => level === 'stop')
    .map(({ problem, remedy }) => ({ kind: 'input', problem, remedy }));
}
