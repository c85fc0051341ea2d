/** What can't be written into the fleet file, or would say more there than it seems. Pure. */

import { deployedFolder } from '../fleet/fields.ts';
import { firstBootPath, watchedPath } from '../fleet/fields-ossec.ts';
import type { Role } from '../fleet/model.ts';
import type { DeclaredKey } from './declaration.ts';
import { saidBy } from './fleet-lines.ts';

/** A longer name was cut on its way here. */
const LONGEST_PATH = 299;

const PATHS = { first_boot: firstBootPath, ignore: watchedPath, writes: deployedFolder };

export class Refusals {
  readonly #role: Role | undefined;
  readonly #watched: readonly string[];
  readonly #refused = new Map<string, string>();

  constructor({ role, watched }: { readonly role: Role | undefined; readonly watched: readonly string[] }) {
    this.#role = role;
    this.#watched = watched;
  }

  /** Keeps in mind why not. */
  allows(key: DeclaredKey, value: string): boolean {
    const why = this.whyNot(key, value);
    if (why !== undefined) this.#refused.set(value, why);
    return why === undefined;
  }

  list(): Array<{ readonly value: string; readonly why: string }> {
    return [...this.#refused].map(([value, why]) => ({ value, why }));
  }

  /** In words; undefined where it can be written so. */
  whyNot(key: DeclaredKey, value: string): string | undefined {
    if (this.#role !== undefined && saidBy(this.#role, key).includes(value))
      return `the fleet file has it in ${key} already: these instances have an older image`;
    return key === 'listens' || key === 'opens' ? whyNoPort(value) : this.#whyNoPath(key, value);
  }

  #whyNoPath(key: keyof typeof PATHS, value: string): string | undefined {
    if (value.length > LONGEST_PATH) return 'its name is longer than what is kept of it';
    if (!value.isWellFormed() || /[\uFFFD-\uFFFF]/.test(value)) return 'its name is not text';
    if (!PATHS[key].safeParse(value).success) return 'its name has what no fleet file can say';
    if (value.includes('*')) return 'its * would stand for any name';
    // The check of the fleet file refuses to watch and to ignore the same.
    const begins = value.toLowerCase();
    if (key === 'ignore' && this.#watched.some((path) => path.toLowerCase().startsWith(begins)))
      return 'it is watched as a whole';
    return undefined;
  }
}

function whyNoPort(value: string): string | undefined {
  const port = Number.parseInt(value, 10);
  return port >= 1 && port <= 65_535 ? undefined : 'there is no such port';
}
