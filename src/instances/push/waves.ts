/** Who is pushed to when: canaries first, then so many at a time. Pure. */

export interface Pace {
  /** So many of each bundle come first, and alone. */
  readonly canary: number;
  /** `20` or `10%` of all. */
  readonly maxConcurrency: string;
}

/** An instance and the bundle that it gets. */
export interface PushTarget {
  readonly instanceId: string;
  readonly bundle: string;
}

/** Those that begin together. */
export interface Wave {
  readonly instanceIds: readonly string[];
  readonly isCanary: boolean;
  /** How many wait for a later wave. */
  readonly left: number;
}

/** The first of those left of each bundle that nothing is known of yet; none where nobody is left. */
export function canariesOf<Target extends PushTarget>(
  left: readonly Target[],
  proven: ReadonlySet<string>,
  count: number,
): Target[] {
  const unproven = left.filter(({ bundle }) => !proven.has(bundle));
  return [...Map.groupBy(unproven, ({ bundle }) => bundle).values()].flatMap((alike) =>
    alike.slice(0, count),
  );
}

/** Nobody is in two waves. */
export function wavesOf<Kind>(all: readonly Kind[], size: number): Kind[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** At least one. */
export function sizeOf(limit: string, count: number): number {
  const number = Number.parseInt(limit, 10);
  return Math.max(1, limit.endsWith('%') ? Math.floor((count * number) / 100) : number);
}
