/** What must hold after every trial, whatever was broken. */

import { EXIT } from '../src/failure.ts';
import type { Ended, Event } from '../test/support/own-rehearsal.ts';
import type { Verdict } from './model.ts';

/** `lost`: what the case itself has found wrong. */
export function verdictOf(ended: Ended, lost: readonly string[]): Verdict {
  const all = [...lost, ...wordsLost(ended)];
  return { survived: all.length === 0, exitCode: ended.exitCode, message: message(ended), lost: all };
}

/** What is wrong with a command that should have done its work. */
export function after(what: string, ended: Ended): string[] {
  const problems = ended.events
    .filter(({ type }) => type === 'failure')
    .map((event) => JSON.stringify(event.failure));
  return [
    ...(ended.exitCode === 0 ? [] : [`${what} ended with ${ended.exitCode}: ${problems.join('; ')}`]),
    ...wordsLost(ended).map((words) => `${what}: ${words}`),
  ];
}

/** What is wrong with the way a command has ended: its exit code, its words. */
export function wordsLost({ exitCode, stderr, events }: Ended): string[] {
  const failures = failuresOf(events);
  const texts = [stderr, ...failures.flatMap((failure) => Object.values(failure).map(String))];
  return [
    ...(exitCode === undefined || DOCUMENTED.has(exitCode)
      ? []
      : [`exit code ${exitCode}, which means nothing`]),
    ...(texts.some((text) => TRACE.test(text)) ? [`a stack trace: ${firstLines(texts.join('\n'))}`] : []),
    ...(FAILING.has(exitCode ?? 0) && failures.length === 0 ? ['it failed without a word'] : []),
    ...(failures.length > 0 && !failures.some(advises)
      ? [`no next step: ${failures.map(({ problem }) => problem).join('; ')}`]
      : []),
  ];
}

const DOCUMENTED: ReadonlySet<number> = new Set(Object.values(EXIT));
const FAILING: ReadonlySet<number> = new Set([1, 2, 3, 130]);
const TRACE = /^\s+at .*(?:file:|node:|\.[jt]s:\d+)|This is a bug in bake/m;

interface Said {
  readonly problem: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}

/** Its failures, and those of the groups of a rollout, which are in its result: the others are seen to their end. */
export function failuresOf(events: readonly Event[]): Said[] {
  return events.flatMap(({ type, failure, value }) => {
    if (type === 'failure') return [failure as Said];
    if (type !== 'result' || !Array.isArray(value)) return [];
    return value.flatMap(({ failures = [] }: { readonly failures?: readonly Said[] }) => failures);
  });
}

function advises({ remedy, commands }: Said): boolean {
  return remedy !== undefined || (commands ?? []).length > 0;
}

function message({ events, stderr }: Ended): string | undefined {
  const [first] = failuresOf(events);
  if (first === undefined) return stderr === '' ? undefined : firstLines(stderr);
  const next = first.remedy ?? first.commands?.join('; ');
  return next === undefined ? first.problem : `${first.problem} → ${next}`;
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 4).join(' | ').slice(0, 600);
}
