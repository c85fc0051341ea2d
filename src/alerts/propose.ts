/**
 * What in the fleet file would have declared a storm's alerts, narrowest first: how many of them it covers, and
 * what would no longer ring. Pure; the texts are untrusted.
 */

import { dirname } from 'node:path/posix';
import type { Counted } from './model.ts';

/** How `bake verify` tampers with an image: what a declaration must not silence unseen. */
export interface Tampering {
  readonly name: string;
  /** The file, or a folder in which any may be changed. */
  readonly path: string;
}

export interface Proposal {
  /** For the fleet file. */
  readonly lines: readonly string[];
  readonly covers: number;
  /** What is no longer caught, in words. */
  readonly costs: readonly string[];
  /** What verify would find silent. */
  readonly silences: readonly string[];
}

/** A folder with fewer different files in it is declared file by file. */
const FEWEST_OF_A_FOLDER = 3;
const MOST = 6;

export function proposals(
  subjects: readonly Counted[],
  { role, tamperings }: { readonly role: string; readonly tamperings: readonly Tampering[] },
): Proposal[] {
  const files = subjects.filter(({ kind }) => kind === 'file');
  const further = subjects.filter(({ kind }) => kind === 'folder');
  const ports = subjects.filter(({ kind }) => kind === 'port');
  return [
    ...ports.map((port) => portProposal(role, port)),
    ...(files.length > 0 && files.length <= MOST ? [firstBoot(role, files)] : []),
    ...files
      .slice(0, files.length > MOST ? FEWEST_OF_A_FOLDER - 1 : MOST)
      .map((file) => ignored(role, file.value, { files: [file], tamperings })),
    ...folders(files, further).map(([folder, inside]) =>
      ignored(role, `${folder}/`, { files: inside, tamperings }),
    ),
  ];
}

function portProposal(role: string, { value, count }: Counted): Proposal {
  return {
    lines: ['roles:', `  ${key(role)}:`, `    listens: [${value}]`],
    covers: count,
    costs: [`whatever listens on ${value} of this role's instances, whoever started it`],
    silences: [],
  };
}

function firstBoot(role: string, files: readonly Counted[]): Proposal {
  const paths = files.map(({ value }) => JSON.stringify(value)).join(', ');
  return {
    lines: syscheck(role, `first_boot: [${paths}]`),
    covers: sum(files),
    costs: ['that these files appear on a first boot; what happens to them later rings as before'],
    silences: [],
  };
}

interface Reach {
  readonly files: readonly Counted[];
  readonly tamperings: readonly Tampering[];
}

/** OSSEC ignores whatever begins with the text. */
function ignored(role: string, prefix: string, { files, tamperings }: Reach): Proposal {
  const silenced = tamperings.filter(({ path }) => path.startsWith(prefix) || `${path}/` === prefix);
  return {
    lines: syscheck(role, `ignore: [${JSON.stringify(prefix)}]`),
    covers: sum(files),
    costs: [`any change, for ever, of what begins with ${prefix}`],
    silences: silenced.map(({ name, path }) => `${name} (${path})`),
  };
}

function syscheck(role: string, entry: string): string[] {
  return ['roles:', `  ${key(role)}:`, '    ossec:', '      syscheck:', `        ${entry}`];
}

function key(name: string): string {
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(name) ? name : JSON.stringify(name);
}

/** The deepest first. `further`: counted by folder, for there were too many files. */
function folders(files: readonly Counted[], further: readonly Counted[]): Array<[string, Counted[]]> {
  const byFolder = Map.groupBy([...files, ...further], ({ kind, value }) =>
    kind === 'file' ? dirname(value) : value,
  );
  return [...byFolder]
    .filter(([folder, inside]) => folder !== '/' && folder !== '.' && inside.length >= FEWEST_OF_A_FOLDER)
    .toSorted(([a], [b]) => b.split('/').length - a.split('/').length)
    .slice(0, MOST);
}

function sum(counted: readonly Counted[]): number {
  return counted.reduce((total, { count }) => total + count, 0);
}
