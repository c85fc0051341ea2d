/** What refers to an image, in words. Pure. */

import type { PlacedUse, Use } from '../../images/model.ts';

/** `instance i-0123 of the group web-asg`; not quoted. */
export function useWords(use: Use): string {
  switch (use.kind) {
    case 'instance':
      return use.group === undefined ? `instance ${use.id}` : `instance ${use.id} of the group ${use.group}`;
    case 'launch-template':
      return `launch template ${use.id}`;
    case 'launch-configuration':
      return `launch configuration ${use.name}`;
    case 'group':
      return `an override of the group ${use.name}`;
    case 'rollout':
      return `the group ${use.group}, which a rollout can take back to it`;
    case 'parameter':
      return `SSM parameter ${use.name}`;
    case 'recipe':
      return `Image Builder's ${use.arn}`;
    case 'image':
      return `${use.name} (${use.imageId}), which stands on it`;
    case 'shared':
      return use.with === 'all' ? 'anybody: it is public' : `account ${use.with}, which it is shared with`;
    case 'unknown':
      return `nobody knows whom: ${use.operation} was refused (${use.reason})`;
  }
}

/** The region only where it is not `home`; not quoted. */
export function placedWords({ use, region }: PlacedUse, home: string): string {
  return useWords(use) + (region === home ? '' : ` in ${region}`);
}

const MOST = 3;

/** `used by instance i-1, launch template lt-1 and 4 more`; what is not known only where nothing else is. */
export function usesWords(uses: readonly PlacedUse[], home: string): string {
  const known = uses.filter(({ use }) => use.kind !== 'unknown');
  if (known.length === 0) return `nobody knows who uses it: ${joined(refusals(uses))}`;
  return `used by ${joined(known.map((use) => placedWords(use, home)))}`;
}

/** Each once: a permission is missing in every region alike. */
function refusals(uses: readonly PlacedUse[]): string[] {
  const all = uses.flatMap(({ use }) =>
    use.kind === 'unknown' ? `${use.operation} was refused (${use.reason})` : [],
  );
  return [...new Set(all)];
}

function joined(words: readonly string[]): string {
  const shown = words.slice(0, MOST).join(', ');
  return words.length > MOST ? `${shown} and ${words.length - MOST} more` : shown;
}

/** For a cell of a table: groups with their instances, then the rest; many of a kind are counted. */
export function usesSummary(uses: readonly Use[]): string {
  const groups = Map.groupBy(
    uses.flatMap((use) => (use.kind === 'instance' && use.group !== undefined ? use.group : [])),
    (group) => group,
  );
  const alone = uses.flatMap((use) => (use.kind === 'instance' && use.group === undefined ? use.id : []));
  const images = uses.flatMap((use) => (use.kind === 'image' ? use.name : []));
  const others = uses.flatMap((use) => (['instance', 'image'].includes(use.kind) ? [] : [shortWords(use)]));
  return [
    ...[...groups].map(([group, { length }]) => `${group} (${length})`),
    ...counted(alone, 'instances'),
    ...counted(images, 'images'),
    ...new Set(others),
  ].join(', ');
}

/** One by its name, more by their number. */
function counted(names: readonly string[], plural: string): readonly string[] {
  return names.length > 1 ? [`${names.length} ${plural}`] : names;
}

function shortWords(use: Use): string {
  switch (use.kind) {
    case 'instance':
    case 'launch-template':
      return use.id;
    case 'launch-configuration':
    case 'group':
    case 'parameter':
    case 'image':
      return use.name;
    case 'rollout':
      return use.group;
    case 'recipe':
      return use.arn;
    case 'shared':
      return use.with;
    case 'unknown':
      return 'unknown';
  }
}
