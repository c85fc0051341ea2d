/** Where the files of a layer end up, folders included. Pure. */

import { isKeptInImages, LONGEST_PATH } from './fields.ts';
import { type Finding, mistake, type Path } from './finding.ts';
import { filesOf, type GatheredFiles } from './references.ts';
import { fieldsAt, layersOf, textAt } from './tree.ts';

interface Placed {
  /** The entry's `path` in the fleet file, and what it says. */
  readonly at: Path;
  readonly named: string;
  /** Where this file goes. */
  readonly target: string;
}

/** Files of one layer that would be in each other's place. A role may replace a file of base. */
export function checkPlacement(tree: unknown, gathered: GatheredFiles): Finding[] {
  return layersOf(tree).flatMap((layer) => {
    const placed = placedIn(tree, layer, gathered);
    const first = new Map<string, Placed>();
    for (const one of placed) if (!first.has(one.target)) first.set(one.target, one);
    return placed.flatMap((one) => problemsOf(one, first));
  });
}

function placedIn(tree: unknown, layer: Path, gathered: GatheredFiles): Placed[] {
  return fieldsAt(tree, [...layer, 'files'], 'path').flatMap(({ path: at, value: named }) => {
    // For the schema to refuse.
    if (named.length > LONGEST_PATH) return [];
    const text = textAt(tree, [...at.slice(0, -1), 'source']);
    const files = text === undefined ? [] : filesOf(gathered, { kind: 'file-or-folder', text });
    if (files.length === 0) return [{ at, named, target: named }];
    return files.map(({ below }) => ({ at, named, target: below === '' ? named : `${named}/${below}` }));
  });
}

function problemsOf({ at, named, target }: Placed, first: ReadonlyMap<string, Placed>): Finding[] {
  const isFromFolder = target !== named;
  if (isFromFolder && !isKeptInImages(target)) {
    return [mistake(at, `${target} is in a folder that no image keeps`, 'Take it out of the source folder')];
  }
  if (isFromFolder && /\p{Cc}/u.test(target)) {
    return [mistake(at, `the source has a file "${target}" with control characters`, 'Rename it')];
  }
  const above = foldersOf(target).find((folder) => first.has(folder));
  if (above !== undefined) {
    return [mistake(at, `${target} cannot be below ${above}, which is a file`, 'Choose another path')];
  }
  const other = first.get(target);
  // Two entries with the same path are what the rule on lists reports.
  if (other === undefined || other.at === at || other.named === named) return [];
  return [mistake(at, `${target} is also placed by ${other.named}`, 'Remove one of them')];
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
