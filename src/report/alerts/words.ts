/** Words that both the terminal and the page use. Pure; nothing is quoted yet. */

import type { Cause, Counted } from '../../alerts/model.ts';
import type { Proposal } from '../../alerts/propose.ts';
import type { Row } from '../../alerts/row.ts';
import type { Storm } from '../../alerts/storms.ts';

/** UTC: `2026-11-24 07:31`. */
export function minuteOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

/** UTC: `2026-11-24 07:31:02`. */
export function secondOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function beforeWords({ before, isNew }: Pick<Row, 'before' | 'isNew'>): string {
  if (isNew === undefined) return '';
  return isNew ? 'new' : String(before);
}

export function stormWords({ hosts, of, count, from, to }: Storm): string {
  return `${minuteOf(from)} to ${minuteOf(to).slice(11)}: ${counted(count, 'alert')} on ${hosts.length} of ${of} instances`;
}

export function causeWords(because: Cause | undefined): string {
  if (because === undefined) return 'nothing is known that had just begun';
  const { kind, name, from, relation, afterSeconds } = because;
  const words = { rollout: 'the rollout', push: 'the push', maintenance: 'the maintenance' }[kind];
  const minutes = `${Math.round(afterSeconds / 60)} min`;
  return relation === 'during'
    ? `during ${words} ${name}, ${minutes} after it began (${minuteOf(from)})`
    : `${minutes} after ${words} ${name} (${minuteOf(from)})`;
}

const SHOWN = 5;

export function subjectWords(subjects: readonly Counted[], others: number): string {
  const shown = subjects.slice(0, SHOWN).map(({ value, count }) => `${value} (${count})`);
  const rest = subjects.length - shown.length;
  const more = rest > 0 || others > 0 ? ['and more'] : [];
  return [...shown, ...more].join(', ');
}

export function hostWords(hosts: Row['hosts']): string {
  const shown = hosts.slice(0, SHOWN).map(({ host, count }) => `${host} (${count})`);
  return [...shown, ...(hosts.length > SHOWN ? [`and ${hosts.length - SHOWN} more`] : [])].join(', ');
}

/** What a declaration costs, a sentence each. */
export function costWords({ costs, silences }: Proposal): string[] {
  return [
    ...costs.map((cost) => `no longer rings: ${cost}`),
    ...silences.map((silence) => `bake verify would find silent: ${silence}`),
  ];
}
