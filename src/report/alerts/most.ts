/** Where most alerts come from. Pure. */

import type { Row } from '../../alerts/row.ts';
import type { Summary } from '../../alerts/summarize.ts';

export interface Most {
  readonly value: string;
  readonly count: number;
  /** The gravest first. */
  readonly rules: readonly number[];
}

export interface Busiest {
  readonly most: readonly Most[];
  /** How many there are besides. */
  readonly rest: number;
}

/** Instances, or the hosts that files name. */
export function busiestHosts({ hosts, rows }: Summary, size: number): Busiest {
  const sorted = hosts.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  const most = sorted.slice(0, size).map(({ host, count }) => ({
    ...{ value: host, count },
    rules: rows.filter((row) => row.hosts.some((one) => one.host === host)).map(({ rule }) => rule),
  }));
  return { most, rest: sorted.length - most.length };
}

/** Addresses, over all rules. */
export function busiestAddresses({ rows }: Summary, size: number): Busiest {
  const found = rows.flatMap((row) => addressesOf(row));
  const sorted = [...Map.groupBy(found, ({ value }) => value)]
    .map(
      ([value, same]): Most => ({
        value,
        count: same.reduce((sum, { count }) => sum + count, 0),
        rules: same.flatMap(({ rules }) => rules),
      }),
    )
    .toSorted((a, b) => b.count - a.count);
  return { most: sorted.slice(0, size), rest: Math.max(0, sorted.length - size) };
}

function addressesOf({ rule, subjects }: Row): Most[] {
  return subjects
    .filter(({ kind }) => kind === 'address')
    .map(({ value, count }) => ({ value, count, rules: [rule] }));
}
