/** What runs that were killed have left behind, and what of it can go. Pure. */

/** Something that a run has made and that carries its tags. */
export interface Leftover {
  readonly kind: LeftoverKind;
  readonly id: string;
  readonly run: string;
  readonly role: string;
  /** Why it must not be removed, where that can be seen on it: `it belongs to the group web-asg`. */
  readonly needed: string | undefined;
}

/** In the order in which they can be removed: what stands on something else comes first. */
export const LEFTOVER_KINDS = [
  'instance',
  'volume',
  'security group',
  'key pair',
  'image',
  'snapshot',
] as const;
export type LeftoverKind = (typeof LEFTOVER_KINDS)[number];

export type ReapVerdict =
  | { readonly action: 'remove'; readonly leftover: Leftover; readonly ageSeconds: number }
  | {
      readonly action: 'keep';
      readonly leftover: Leftover;
      readonly ageSeconds: number | undefined;
      readonly reason: string;
    };

export interface ReapOptions {
  /** What a younger run has made may still be worked on. */
  readonly olderThanSeconds: number;
  /** ISO 8601. */
  readonly now: string;
}

/** In the order in which they are to be removed. */
export function planReap(leftovers: readonly Leftover[], options: ReapOptions): ReapVerdict[] {
  return leftovers
    .toSorted((a, b) => LEFTOVER_KINDS.indexOf(a.kind) - LEFTOVER_KINDS.indexOf(b.kind))
    .map((leftover) => verdict(leftover, options));
}

function verdict(leftover: Leftover, { olderThanSeconds, now }: ReapOptions): ReapVerdict {
  const begun = runBegan(leftover.run);
  if (begun === undefined)
    return { action: 'keep', leftover, ageSeconds: undefined, reason: 'its tags name no run of bake' };
  const ageSeconds = (Date.parse(now) - begun) / 1000;
  const keep = (reason: string): ReapVerdict => ({ action: 'keep', leftover, ageSeconds, reason });
  if (leftover.needed !== undefined) return keep(leftover.needed);
  return ageSeconds >= olderThanSeconds
    ? { action: 'remove', leftover, ageSeconds }
    : keep('its run may be going on');
}

/** Milliseconds since the epoch, from `20261124T094317Z-1e76db`; undefined for anything else. */
export function runBegan(run: string): number | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{6}$/.exec(run) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
