/** One image, and what is in it. Pure. */

import type { ImageRecord, Inventory, PlacedUse } from '../../images/model.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { stateWords } from './list.ts';
import { placedWords } from './use-words.ts';

/** An image with its copies in other regions, and all that refers to any of them. */
export interface ShownImage {
  readonly image: ImageRecord;
  readonly copies: readonly ImageRecord[];
  readonly uses: readonly PlacedUse[];
}

/** What is known of the image itself. */
export function recordLines({ image, copies, uses }: ShownImage): string[] {
  const keys = image.snapshots.map(({ kmsKey }) => kmsKey ?? 'not encrypted');
  const rows = [
    ['image', image.imageId],
    ['name', image.name],
    ['region', image.region],
    ['state', stateWords(image)],
    ['role', image.role],
    ['made', image.createdAt],
    ['deprecated', image.deprecatedAt ?? 'no'],
    ['baked from', image.sourceAmi],
    ['copy of', image.copyOf === undefined ? 'none' : `${image.copyOf.imageId} in ${image.copyOf.region}`],
    ...copies.map((copy) => ['copy', `${copy.imageId} in ${copy.region}, ${stateWords(copy)}`]),
    ['fingerprint', image.fingerprint],
    ['generation', String(image.generation)],
    ['commit', image.commit || 'unknown'],
    ['run', image.run],
    ['bake', image.bakeVersion],
    ['encrypted with', [...new Set(keys)].join(', ')],
    ['inventory', image.inventory ?? 'none'],
    ...(uses.length === 0
      ? [['used by', 'nobody']]
      : uses.map((use) => ['used by', placedWords(use, image.region)])),
  ];
  return table(rows);
}

/** Files and rules are only counted: nobody reads twenty thousand of them. */
export function inventoryLines(inventory: Inventory): string[] {
  const { system, ossec, files } = inventory;
  return [
    quoteTerminal(`${system.id} ${system.version}, ${system.architecture}; ${files.length} files`),
    quoteTerminal(
      ossec === undefined ? 'no OSSEC' : `OSSEC ${ossec.version} with ${ossec.rules.length} rules`,
    ),
    `--json lists the files with their hashes${ossec === undefined ? '' : ', and the rules'}`,
    ...section(
      'setuid files',
      inventory.setuid.map(({ path, mode, owner, group }) => [path, mode, `${owner}:${group}`]),
    ),
    ...section(
      'listening ports',
      inventory.listeners.map(({ protocol, port, address, process }) => [
        `${port}/${protocol}`,
        address,
        process,
      ]),
    ),
    ...section(
      'users who can log in',
      inventory.users
        .filter(({ shell }) => !/\/(?:nologin|false|sync)$/.test(shell))
        .map(({ name, uid, shell, groups }) => [name, String(uid), shell, groups.join(' ')]),
    ),
    ...section(
      'enabled units',
      inventory.units.map((unit) => [unit]),
    ),
    ...section(
      'packages',
      inventory.packages.map(({ name, version, architecture }) => [name, version, architecture]),
    ),
  ];
}

function section(title: string, rows: ReadonlyArray<readonly string[]>): string[] {
  return ['', `${title} (${rows.length})`, ...table(rows).map((line) => `  ${line}`)];
}
