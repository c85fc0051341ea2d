/** What is wrong with a fleet file, before anyone looked up where that is written. */

/** From the root of the file: `['roles', 'web', 'listens', 0]`. */
export type Path = readonly (string | number)[];

/** Start and end as offsets into the file's text, in UTF-16 units. */
export type Range = readonly [number, number];

export interface Finding {
  readonly level: 'failure' | 'warning';
  readonly path: Path;
  /** The key at `path` is meant, or (default) its value. */
  readonly mark?: 'key';
  /** Offsets into the file, for what no path leads to: a key's second occurrence, a part of a text. */
  readonly range?: Range;
  /** One sentence without a final full stop. */
  readonly problem: string;
  readonly remedy?: string;
}

/** Something that must be changed before anything can be baked. */
export function mistake(
  path: Path,
  problem: string,
  remedy?: string,
  where: Pick<Finding, 'mark' | 'range'> = {},
): Finding {
  return { level: 'failure', path, problem, ...(remedy === undefined ? {} : { remedy }), ...where };
}

/** Something that works but is likely not meant. */
export function warning(path: Path, problem: string, remedy: string): Finding {
  return { level: 'warning', path, problem, remedy };
}

/** How a message names a place: `region`, `an entry of packages`. */
export function label(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the fleet file';
  if (typeof last === 'string') return last;
  const list = path.findLast((part) => typeof part === 'string');
  return `an entry of ${list}`;
}
