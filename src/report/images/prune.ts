/** What a clean-up does with each image, and why. Pure. */

import type { KeepReason, Verdict } from '../../images/model.ts';
import { formatAge } from '../duration.ts';
import { table } from '../table.ts';
import { usesWords } from './use-words.ts';

export interface PruneWords {
  /** The fleet's own region: others are named. */
  readonly home: string;
  readonly graceSeconds: number;
  /** It has been carried out. */
  readonly isDone: boolean;
}

/** One line an image, what changes first; images that nobody asked about are only counted. */
export function pruneLines(verdicts: readonly Verdict[], words: PruneWords): string[] {
  const shown = verdicts.filter(
    (verdict) => verdict.action !== 'keep' || verdict.reason.kind !== 'not-selected',
  );
  const rest = verdicts.length - shown.length;
  const order = ['delete', 'disable', 'keep'];
  const sorted = shown.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  return [
    ...table(sorted.map((verdict) => row(verdict, words))),
    ...(rest === 0 ? [] : [`and ${rest} that were not asked about`]),
    summary(verdicts, words),
  ];
}

function row(verdict: Verdict, words: PruneWords): string[] {
  const { imageId, name, region, role } = verdict.image;
  return [
    actionWord(verdict.action, words),
    role,
    imageId,
    region === words.home ? '' : region,
    name,
    why(verdict, words),
  ];
}

const DONE: Readonly<Record<Verdict['action'], string>> = {
  delete: 'deleted',
  disable: 'disabled',
  keep: 'kept',
};

function actionWord(action: Verdict['action'], { isDone }: PruneWords): string {
  return isDone ? DONE[action] : action;
}

function why(verdict: Verdict, { home, graceSeconds }: PruneWords): string {
  switch (verdict.action) {
    case 'keep':
      return keepWords(verdict.reason, home);
    case 'disable':
      return `nobody uses it; a clean-up after ${formatAge(graceSeconds)} deletes it`;
    case 'delete':
      return `disabled since ${verdict.image.disabledAt}; its snapshots go with it`;
  }
}

/** Why an image stays; not quoted. */
export function keepWords(reason: KeepReason, home: string): string {
  switch (reason.kind) {
    case 'not-selected':
      return 'not asked about';
    case 'name-differs':
      return `its tags are not to be trusted: it would be called ${reason.expected}`;
    case 'unfinished':
      return 'it is not finished';
    case 'in-use':
      return usesWords(reason.uses, home);
    case 'newest-golden':
      return 'the newest golden image of its role';
    case 'among-newest':
      return reason.keep === 1 ? 'the newest of its role' : `one of the ${reason.keep} newest of its role`;
    case 'young':
      return `only ${formatAge(reason.ageSeconds)} old`;
    case 'protected':
      return 'protected against deregistration';
    case 'disabled-by-others':
      return 'disabled, but not by bake';
    case 'grace':
      return `disabled; deleted by a clean-up in ${formatAge(reason.leftSeconds)}`;
  }
}

function summary(verdicts: readonly Verdict[], words: PruneWords): string {
  const count = (action: Verdict['action']) => {
    const { length } = verdicts.filter((verdict) => verdict.action === action);
    return words.isDone ? `${length} ${DONE[action]}` : `${length} to ${action}`;
  };
  return `${count('delete')}, ${count('disable')}, ${count('keep')}`;
}
