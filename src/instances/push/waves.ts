/** Who is pushed to when: a canary first, then so many at a time. Pure. */

export interface Pace {
  /** So many come first, alone. */
  readonly canary: number;
  /** `20` or `10%` of all. */
  readonly maxConcurrency: string;
}

/** Nobody is in two waves. */
export function wavesOf<Kind>(all: readonly Kind[], { canary, maxConcurrency }: Pace): Kind[][] {
  const size = sizeOf(maxConcurrency, all.length);
  const first = all.slice(0, canary);
  const waves: Kind[][] = first.length === 0 ? [] : [first];
  for (let from = first.length; from < all.length; from += size) waves.push(all.slice(from, from + size));
  return waves;
}

/** At least one. */
export function sizeOf(limit: string, count: number): number {
  const number = Number.parseInt(limit, 10);
  return Math.max(1, limit.endsWith('%') ? Math.floor((count * number) / 100) : number);
}
