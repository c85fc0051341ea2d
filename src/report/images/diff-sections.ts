/** What is different in two images, as tables of plain text: whoever writes them quotes every cell. Pure. */

import type { FilesDiff, InventoryDiff, ListDiff, OssecDiff, PackageChange } from '../../images/diff.ts';
import type { ManifestEntry } from '../../images/model.ts';

export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly string[]>;
  /** What the rows leave out. */
  readonly remark?: string;
}

/** What may be an intruder's comes first, and what an upgrade explains last. Empty sections are left out. */
export function diffSections(diff: InventoryDiff): Section[] {
  return [
    system(diff.system),
    list('setuid files', ['', 'path', 'mode', 'owner'], diff.setuid, ({ path, mode, owner, group }) => [
      path,
      mode,
      `${owner}:${group}`,
    ]),
    list('listening ports', ['', 'port', 'address', 'process'], diff.listeners, (listener) => [
      `${listener.port}/${listener.protocol}`,
      listener.address,
      listener.process,
    ]),
    list('users', ['', 'name', 'uid', 'shell', 'groups'], diff.users, ({ name, uid, shell, groups }) => [
      name,
      String(uid),
      shell,
      groups.join(' '),
    ]),
    list('enabled units', ['', 'unit'], diff.units, (unit) => [unit]),
    ossecVersion(diff.ossec),
    list('OSSEC rules', ['', 'rule', 'level', 'description'], diff.ossec.rules, (rule) => [
      String(rule.id),
      String(rule.level),
      rule.description,
    ]),
    packages(diff),
    files(diff.files),
  ].filter(({ rows, remark }) => rows.length > 0 || remark !== undefined);
}

function system(change: InventoryDiff['system']): Section {
  const rows = change === undefined ? [] : [[change.from, change.to]];
  return { title: 'system', columns: ['from', 'to'], rows };
}

function ossecVersion({ version }: OssecDiff): Section {
  const rows = version === undefined ? [] : [[version.from ?? 'none', version.to ?? 'none']];
  return { title: 'OSSEC', columns: ['from', 'to'], rows };
}

/** `+` came, `-` went; what changed is a `-` and a `+`. */
function list<T>(
  title: string,
  columns: readonly string[],
  { added, removed, changed }: ListDiff<T>,
  cells: (item: T) => readonly string[],
): Section {
  return {
    title,
    columns,
    rows: [
      ...added.map((item) => ['+', ...cells(item)]),
      ...changed.flatMap(({ from, to }) => [
        ['-', ...cells(from)],
        ['+', ...cells(to)],
      ]),
      ...removed.map((item) => ['-', ...cells(item)]),
    ],
  };
}

function packages(diff: InventoryDiff): Section {
  return {
    title: 'packages',
    columns: ['', 'package', 'from', 'to'],
    rows: diff.packages.map((change) => [
      change.direction,
      packageName(change, diff.architecture),
      change.from ?? '',
      change.to ?? '',
    ]),
  };
}

/** As dpkg writes it: `libc6:i386` where it is not of the image's own architecture. */
function packageName({ name, architecture }: PackageChange, own: string): string {
  return architecture === 'all' || architecture === own ? name : `${name}:${architecture}`;
}

const MOST_FILES = 50;

/** Of the files, those that the packages' versions don't explain. */
function files({ added, removed, changed, own }: FilesDiff): Section {
  const rows = [
    ...own.added.map((entry) => ['+', ...fileCells(entry)]),
    ...own.changed.map(({ to }) => ['~', ...fileCells(to)]),
    ...own.removed.map((entry) => ['-', ...fileCells(entry)]),
  ];
  const rest = added + removed + changed - Math.min(rows.length, MOST_FILES);
  return {
    title: 'files of no package, and configuration',
    columns: ['', 'path', 'mode', 'owner'],
    rows: rows.slice(0, MOST_FILES),
    ...(rest === 0 ? {} : { remark: `and ${rest} more that came, went or changed: --json has them` }),
  };
}

function fileCells({ path, mode, owner, group }: ManifestEntry): string[] {
  return [path, mode, `${owner}:${group}`];
}
