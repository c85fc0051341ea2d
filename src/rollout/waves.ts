/** In which order groups are rolled out. Pure. */

export interface Waves {
  /** Groups that go first, by name. */
  readonly canary: readonly string[];
  /** How many of the others go at once; undefined: all. */
  readonly atOnce: number | undefined;
  /** Whether a failed wave undoes what was done before it. */
  readonly undo: boolean;
}

/** The waves of these groups, in their order: the canary first, then the rest, so many at a time. */
export function planWaves<T extends { readonly name: string }>(
  groups: readonly T[],
  waves: Waves | undefined,
): T[][] {
  if (waves === undefined) return groups.length === 0 ? [] : [[...groups]];
  const isCanary = ({ name }: T) => waves.canary.includes(name);
  const rest = groups.filter((group) => !isCanary(group));
  const size = waves.atOnce ?? Math.max(1, rest.length);
  const slices = Array.from({ length: Math.ceil(rest.length / size) }, (_, index) =>
    rest.slice(index * size, (index + 1) * size),
  );
  return [groups.filter(isCanary), ...slices].filter((wave) => wave.length > 0);
}
