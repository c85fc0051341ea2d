/** What a push has come to on an instance. Pure. */

import { z } from 'zod';
import type { CommandOutcome } from '../run-command.ts';
import { BUSY, NOT_THE_BUNDLE, PUSH_STEP } from './document.ts';

const ANSWER = z.object({
  version: z.literal(1),
  result: z.enum(['updated', 'skipped', 'rolled-back', 'refused', 'broken']),
  mode: z.enum(['config', 'version', 'install']).optional(),
  reason: z.string().optional(),
  restarted: z.array(z.string()).optional(),
  lines_seconds: z.number().optional(),
  files_seconds: z.number().nullable().optional(),
  replayed_lines: z.number().optional(),
});

export interface PushOutcome {
  readonly instanceId: string;
  readonly kind:
    | 'updated'
    | 'skipped'
    | 'rolled-back'
    /** Nothing was changed there. */
    | 'refused'
    /** Neither the old nor the new: the next push, or a boot, goes on putting back. */
    | 'broken'
    | 'unreachable'
    /** It ended without saying how: the next push puts back what it has left. */
    | 'unknown'
    | 'not-started';
  /** Empty where there is nothing to say. Untrusted. */
  readonly reason: string;
  /** How long no log line was heard; those of that time were brought afterwards. */
  readonly linesSeconds?: number;
  readonly replayedLines?: number;
  /** Until the scan after the restart had ended; null where it had not yet; undefined where none was begun. */
  readonly filesSeconds?: number | null;
}

/** An answer that can't be read is no success, whatever the exit code. */
export function outcomeOf(outcome: CommandOutcome): PushOutcome {
  const { instanceId, kind, problem, stdout, stderr } = outcome;
  if (kind === 'unreachable') return { instanceId, kind, reason: problem };
  const answer = read(stdout);
  if (answer === undefined) {
    const said = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
    const reason = [problem, said].filter((text) => text !== '').join(': ');
    return { instanceId, kind: isBefore(outcome) ? 'refused' : 'unknown', reason };
  }
  return {
    instanceId,
    kind: answer.result,
    reason: answer.reason ?? '',
    ...(answer.lines_seconds === undefined ? {} : { linesSeconds: answer.lines_seconds }),
    ...(answer.replayed_lines === undefined ? {} : { replayedLines: answer.replayed_lines }),
    ...(answer.files_seconds === undefined ? {} : { filesSeconds: answer.files_seconds }),
  };
}

/** The bundle was not fetched, or is not what its digest says, or another push is at work: nothing of it was run. */
function isBefore({ kind, endedWith, exitCode }: CommandOutcome): boolean {
  if (kind !== 'failed' || endedWith === undefined) return false;
  return endedWith !== PUSH_STEP || exitCode === NOT_THE_BUNDLE || exitCode === BUSY;
}

function read(stdout: string): z.infer<typeof ANSWER> | undefined {
  try {
    return ANSWER.safeParse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).data;
  } catch {
    return undefined;
  }
}

/** It has what was pushed, maybe from another push that was at work already. */
export function isInPlace(outcome: PushOutcome | undefined): boolean {
  return outcome?.kind === 'updated' || outcome?.kind === 'skipped';
}

/** What the same command, run again, would go on with. */
export function isMissing(outcome: PushOutcome): boolean {
  return isError(outcome) || outcome.kind === 'not-started';
}

/** What counts against the limit: an instance that can't be reached says nothing about what is pushed. */
export function isError({ kind }: PushOutcome): boolean {
  return kind === 'rolled-back' || kind === 'refused' || kind === 'broken' || kind === 'unknown';
}
