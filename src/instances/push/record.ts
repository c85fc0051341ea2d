/** What instances' tags say of the last push. Pure. */

import { z } from 'zod';
import { TAG } from '../../plan/tags.ts';
import type { KnownInstance } from '../../world/instances.ts';
import type { WantedOssec } from './change.ts';

export interface PushRecord {
  readonly ossec: WantedOssec;
  /** The layer's digest. */
  readonly layer: string;
  /** Undefined: it is not known when. */
  readonly at: Date | undefined;
}

export function recordTags({ ossec, layer, at }: PushRecord): Map<string, string> {
  return new Map([
    [TAG.ossec, ossec.version ?? 'stand-in'],
    [TAG.ossecLayer, layer],
    ...(at === undefined ? [] : [[TAG.pushedAt, at.toISOString()] as const]),
  ]);
}

/** What an instance says of its last push; untrusted. `at`: seconds since 1970. */
const LAST = z.object({
  result: z.string(),
  reason: z.string().default(''),
  at: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32),
});

/** Why the last push to an instance came to nothing; undefined where it did not, or there was none. */
export function lastFailure(said: unknown): string | undefined {
  const last = LAST.safeParse(said).data;
  if (last === undefined || last.result === 'updated' || last.result === 'skipped') return undefined;
  const when = new Date(last.at * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return `the last push (${when}) was ${last.result}: ${last.reason}`;
}

/**
 * The tags of an instance that is up to date, where they don't say so: who pushed was ended before they were written.
 * Undefined where they are right, and where nothing was ever pushed.
 */
export function lateTags(
  { tags }: Pick<KnownInstance, 'tags'>,
  last: unknown,
  record: Omit<PushRecord, 'at'>,
): Map<string, string> | undefined {
  const said = LAST.safeParse(last).data;
  if (said === undefined && !tags.has(TAG.ossecLayer)) return undefined;
  const wanted = recordTags({ ...record, at: undefined });
  if ([...wanted].every(([key, value]) => tags.get(key) === value)) return undefined;
  const at = said?.result === 'updated' ? new Date(said.at * 1000) : undefined;
  return recordTags({ ...record, at });
}
