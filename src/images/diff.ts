/** Two inventories compared: what a reviewer wants to know of a new image. Pure. */

import { compareDebianVersions } from './debian-version.ts';
import type {
  Account,
  InstalledOssec,
  InstalledPackage,
  InstalledRule,
  Inventory,
  ListeningPort,
  ManifestEntry,
  SetuidFile,
} from './model.ts';

/** What came, what went, and what is in both but not the same. */
export interface ListDiff<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly from: T; readonly to: T }[];
}

export interface InventoryDiff {
  /** Of the new image; packages of other architectures stand out. */
  readonly architecture: string;
  /** `debian 12 amd64`, where it is another one. */
  readonly system: { readonly from: string; readonly to: string } | undefined;
  readonly setuid: ListDiff<SetuidFile>;
  readonly listeners: ListDiff<ListeningPort>;
  readonly users: ListDiff<Account>;
  readonly units: ListDiff<string>;
  readonly ossec: OssecDiff;
  readonly packages: readonly PackageChange[];
  readonly files: FilesDiff;
}

export interface OssecDiff {
  /** Versions, where they differ; undefined where an image has none. */
  readonly version: { readonly from: string | undefined; readonly to: string | undefined } | undefined;
  readonly rules: ListDiff<InstalledRule>;
}

export interface PackageChange {
  readonly direction: 'up' | 'down' | 'in' | 'out';
  readonly name: string;
  readonly architecture: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface FilesDiff {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Those that no package brings, or that may be edited: what the packages' versions don't explain. */
  readonly own: ListDiff<ManifestEntry>;
}

export function diffInventories(from: Inventory, to: Inventory): InventoryDiff {
  const files = diffLists(from.files, to.files, ({ path }) => path);
  return {
    architecture: to.system.architecture,
    system: differing(systemOf(from), systemOf(to)),
    setuid: diffLists(from.setuid, to.setuid, ({ path }) => path),
    listeners: diffLists(from.listeners, to.listeners, listenerKey),
    users: diffLists(from.users, to.users, ({ name }) => name),
    units: diffLists(from.units, to.units, (unit) => unit),
    ossec: diffOssec(from.ossec, to.ossec),
    packages: diffPackages(from.packages, to.packages),
    files: {
      added: files.added.length,
      removed: files.removed.length,
      changed: files.changed.length,
      own: {
        added: files.added.filter(({ own }) => own),
        removed: files.removed.filter(({ own }) => own),
        changed: files.changed.filter((change) => change.to.own),
      },
    },
  };
}

/** Whether nothing but the time of the bake is different. */
export function isSame(diff: InventoryDiff): boolean {
  const { system, ossec, packages, files } = diff;
  const lists: ListDiff<unknown>[] = [diff.setuid, diff.listeners, diff.users, diff.units, ossec.rules];
  return (
    system === undefined &&
    ossec.version === undefined &&
    packages.length === 0 &&
    files.added + files.removed + files.changed === 0 &&
    lists.every(({ added, removed, changed }) => added.length + removed.length + changed.length === 0)
  );
}

/** Every key once in each list; the order is that of the keys. */
export function diffLists<T>(from: readonly T[], to: readonly T[], keyOf: (item: T) => string): ListDiff<T> {
  const [before, after] = [byKey(from, keyOf), byKey(to, keyOf)];
  return {
    added: [...after].filter(([key]) => !before.has(key)).map(([, item]) => item),
    removed: [...before].filter(([key]) => !after.has(key)).map(([, item]) => item),
    changed: [...after].flatMap(([key, item]) => {
      const old = before.get(key);
      return old === undefined || JSON.stringify(old) === JSON.stringify(item)
        ? []
        : [{ from: old, to: item }];
    }),
  };
}

function byKey<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item] as const).sort(([a], [b]) => compareTexts(a, b)));
}

function listenerKey({ protocol, address, port, process }: ListeningPort): string {
  return [protocol, String(port).padStart(5, '0'), address, process].join(' ');
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function diffPackages(from: readonly InstalledPackage[], to: readonly InstalledPackage[]): PackageChange[] {
  const diff = diffLists(from, to, ({ name, architecture }) => `${name} ${architecture}`);
  const changes = [
    ...diff.added.map((item) => packageChange('in', undefined, item)),
    ...diff.removed.map((item) => packageChange('out', item, undefined)),
    ...diff.changed.map(({ from: old, to: young }) =>
      packageChange(compareDebianVersions(old.version, young.version) < 0 ? 'up' : 'down', old, young),
    ),
  ];
  return changes.toSorted(
    (a, b) => compareTexts(a.name, b.name) || compareTexts(a.architecture, b.architecture),
  );
}

function packageChange(
  direction: PackageChange['direction'],
  from: InstalledPackage | undefined,
  to: InstalledPackage | undefined,
): PackageChange {
  const { name, architecture } = to ?? from ?? { name: '', architecture: '' };
  return { direction, name, architecture, from: from?.version, to: to?.version };
}

function diffOssec(from: InstalledOssec | undefined, to: InstalledOssec | undefined): OssecDiff {
  return {
    version: differing(from?.version, to?.version),
    rules: diffLists(from?.rules ?? [], to?.rules ?? [], ({ id }) => String(id).padStart(6, '0')),
  };
}

function differing<T>(from: T, to: T): { readonly from: T; readonly to: T } | undefined {
  return from === to ? undefined : { from, to };
}

function systemOf({ system: { id, version, architecture } }: Inventory): string {
  return `${id} ${version} ${architecture}`;
}
