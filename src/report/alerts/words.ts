/** Words that both the terminal and the page use. Pure; nothing is quoted yet. */

import type { Cause, Counted } from '../../alerts/model.ts';
import type { Proposal } from '../../alerts/propose.ts';
import { type AlertReport, isUnexplained, type Story, unexplainedOf } from '../../alerts/report.ts';
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

const NUMBERS = new Intl.NumberFormat('en');

/** `12,345` */
export function grouped(count: number): string {
  return NUMBERS.format(count);
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What to do first, in a line. */
export function headline({ incidents, stories, summary: { rows, storms } }: AlertReport): string {
  if (rows.length === 0) return 'no alerts';
  const special = new Set([...incidents, ...stories].map(({ rule }) => rule));
  const usual = rows.filter(({ rule }) => !special.has(rule)).length;
  const looks = incidents.length + stories.filter(isUnexplained).length;
  return [
    looks === 0 ? 'nothing to be looked at' : `${looks} to be looked at`,
    ...(storms.length === 0 ? [] : [counted(storms.length, 'storm')]),
    ...(usual === 0 ? [] : [`${counted(usual, 'rule')} as usual`]),
  ].join(', ');
}

/** How many alerts, on how many instances, when. */
export function extent({ summary: { count, hosts, period }, hostCount }: AlertReport): string {
  const noisy = hosts.filter((host) => host.count > 0).length;
  const where = `${noisy} of ${counted(hostCount, 'instance')}`;
  return `${counted(count, 'alert')} on ${where}, ${minuteOf(period.from)} to ${minuteOf(period.to)} UTC`;
}

export function beforeWords({ before, isNew }: Pick<Row, 'before' | 'isNew'>): string {
  if (isNew === undefined) return '';
  return isNew ? 'new' : grouped(before);
}

export function stormWords({ hosts, of, count, from, to }: Storm): string {
  const [day, begin] = minuteOf(from).split(' ');
  const [lastDay, end] = minuteOf(to).split(' ');
  const until = day === lastDay ? end : `${lastDay} ${end}`;
  return `${day} ${begin} to ${until}: ${counted(count, 'alert')} on ${hosts.length} of ${of} instances`;
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

/** Of several storms of a rule, the others than the largest. */
export function furtherStorms({ storms }: Story): string {
  const further = storms.slice(1);
  if (further.length === 0) return '';
  const alerts = further.reduce((sum, { count }) => sum + count, 0);
  const last = Math.max(...further.map(({ from }) => from));
  const ones = further.length === 1 ? 'another one' : `${further.length} others`;
  return `and ${ones} with ${counted(alerts, 'alert')}, the last at ${minuteOf(last)}`;
}

/** Which storms are to be looked at. */
export function unexplainedWords(story: Story): string {
  const [largest, ...more] = unexplainedOf(story);
  if (largest === undefined) return '';
  return more.length === 0
    ? `a storm that nothing known explains, ${stormWords(largest)}`
    : `${more.length + 1} storms that nothing known explains, the largest ${stormWords(largest)}`;
}

/** The largest, and how many more there are. */
export interface Shown {
  readonly items: ReadonlyArray<{ readonly value: string; readonly count: number }>;
  /** `and more`, or empty. */
  readonly more: string;
}

const SHOWN = 5;

export function shownSubjects(subjects: readonly Counted[], others: number): Shown {
  const hasMore = subjects.length > SHOWN || others > 0;
  return { items: subjects.slice(0, SHOWN), more: hasMore ? 'and more' : '' };
}

export function shownHosts(hosts: Row['hosts']): Shown {
  return {
    items: hosts.slice(0, SHOWN).map(({ host, count }) => ({ value: host, count })),
    more: hosts.length > SHOWN ? `and ${hosts.length - SHOWN} more` : '',
  };
}

/** `a (3), b (2), and more` */
export function shownWords({ items, more }: Shown): string {
  const words = items.map(({ value, count }) => `${value} (${grouped(count)})`);
  return [...words, ...(more === '' ? [] : [more])].join(', ');
}

/** What a declaration costs, a sentence each. */
export function costWords({ costs, silences }: Proposal): string[] {
  return [
    ...costs.map((cost) => `no longer rings: ${cost}`),
    ...silences.map((silence) => `bake verify would find silent: ${silence}`),
  ];
}

/** Above a proposal's lines. */
export function proposalWords({ key, covers }: Proposal, { subjects }: Story): string {
  const all = subjects.reduce((sum, { count }) => sum + count, 0);
  return `${key}, which covers ${covers === all ? 'all of them' : `${grouped(covers)} of ${grouped(all)}`}`;
}

/** What could not be learnt; `about` is a host or a file where there is one. */
export function unknowns({ problems, summary }: AlertReport): Array<{ about: string; what: string }> {
  const { unreadable, damaged, omitted, ahead } = summary;
  const counts = [
    ...(unreadable > 0 ? [`${counted(unreadable, 'line')} on instances that ${verb(unreadable)}`] : []),
    ...(damaged > 0 ? [`what ${counted(damaged, 'damaged file')} on instances says after the damage`] : []),
    ...(ahead > 0
      ? [`when ${counted(ahead, 'alert')} rang: dated ahead of now, they count, but at no time`]
      : []),
    ...(omitted > 0 ? [`${counted(omitted, 'alert')} of rules for which there was no room`] : []),
  ];
  return [
    ...Object.entries(problems).map(([about, what]) => ({ about, what })),
    ...counts.map((what) => ({ about: '', what })),
  ];
}

function verb(count: number): string {
  return count === 1 ? 'is no alert' : 'are no alerts';
}
