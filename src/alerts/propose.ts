/**
 * What in the fleet file would have declared a storm's alerts, narrowest first: how many of them it covers, and what
 * would no longer ring. Pure; the texts are untrusted.
 */

import { dirname } from 'node:path/posix';
import type { Role } from '../fleet/model.ts';
import {
  ADDED,
  type Declaration,
  type DeclaredKey,
  declares,
  folderOf,
  portsOf,
  silencedBy,
  type Tampering,
} from './declaration.ts';
import { fleetLines } from './fleet-lines.ts';
import type { Counted } from './model.ts';
import { Refusals } from './refusals.ts';

export interface Proposal {
  readonly key: DeclaredKey;
  /** For the fleet file: the whole key, with what the role says already. */
  readonly lines: readonly string[];
  /** Of the storm's alerts. */
  readonly covers: number;
  /** What is no longer caught, in words. */
  readonly costs: readonly string[];
  /** What verify would find silent. */
  readonly silences: readonly string[];
}

export interface Proposed {
  readonly proposals: readonly Proposal[];
  /** What the fleet file can't say, and why. */
  readonly refused: ReadonlyArray<{ readonly value: string; readonly why: string }>;
}

/** A storm's alerts, and who is to declare them. */
export interface Undeclared {
  readonly rule: number;
  readonly subjects: readonly Counted[];
  /** Undefined where no fleet file is known: the lines are then for any role. */
  readonly role: Role | undefined;
  /** Paths that images watch: none of them may be ignored as a whole. */
  readonly watched: readonly string[];
  /** It comes from a rollout: no maintenance window is open on a first boot. */
  readonly isFirstBoot: boolean;
  readonly tamperings: readonly Tampering[];
}

/** So many values a key gets at most. More files are declared by their folders: those with most alerts. */
const MOST_VALUES = 20;
/** A folder with fewer different files in it is declared file by file. */
const FEWEST_OF_A_FOLDER = 3;

export function proposalsFor(undeclared: Undeclared): Proposed {
  const refusals = new Refusals(undeclared);
  const declarations = [...ofPorts(undeclared), ...ofFiles(undeclared, refusals)].map(
    ({ key, values, isByFolder }) => {
      const allowed = [...new Set(values)].filter((value) => refusals.allows(key, value));
      return { key, values: isByFolder ? allowed.map((folder) => `${folder}/*`) : allowed };
    },
  );
  const proposals = declarations
    .map((declaration) => proposalOf(declaration, undeclared))
    .filter(({ covers }) => covers > 0);
  return {
    proposals: proposals.filter(({ lines }, index) => lines.join() !== proposals[index - 1]?.lines.join()),
    refused: refusals.list(),
  };
}

interface Candidate extends Declaration {
  /** Values are folders, for any name in them. */
  readonly isByFolder?: boolean;
}

function ofPorts({ subjects, isFirstBoot }: Undeclared): Candidate[] {
  const values = subjects.filter(({ kind }) => kind === 'port').flatMap(({ value }) => portsOf(value));
  const most = [...new Set(values)].slice(0, MOST_VALUES);
  return [
    ...(isFirstBoot ? [] : [{ key: 'opens', values: most } as const]),
    { key: 'listens', values: most },
  ];
}

function ofFiles({ rule, subjects, isFirstBoot }: Undeclared, refusals: Refusals): Candidate[] {
  const about = subjects.filter(({ kind }) => kind === 'file' || kind === 'folder');
  const files = about.filter(({ kind }) => kind === 'file').map(({ value }) => value);
  const folders = [...new Set(about.map(folderOf))].slice(0, MOST_VALUES);
  const areFew = files.length === about.length && files.length <= MOST_VALUES;
  return [
    ...(rule === ADDED
      ? [{ key: 'first_boot', values: areFew ? files : folders, isByFolder: !areFew } as const]
      : []),
    ...(isFirstBoot ? [] : [{ key: 'writes', values: folders } as const]),
    ...(areFew ? [{ key: 'ignore', values: files } as const] : []),
    { key: 'ignore', values: areFew ? byFolder(files, refusals) : folders },
  ];
}

/** Folders in place of their files, where there are several in one. */
function byFolder(files: readonly string[], refusals: Refusals): string[] {
  return [...Map.groupBy(files, dirname)].flatMap(([folder, inside]) =>
    inside.length >= FEWEST_OF_A_FOLDER && refusals.whyNot('ignore', folder) === undefined
      ? [folder]
      : inside,
  );
}

function proposalOf(declaration: Declaration, { rule, role, subjects, tamperings }: Undeclared): Proposal {
  const declared = subjects.filter((subject) => declares(declaration, rule, subject));
  return {
    key: declaration.key,
    lines: fleetLines(role, declaration),
    covers: declared.reduce((sum, { count }) => sum + count, 0),
    costs: [costOf(declaration)],
    silences: silencedBy(declaration, tamperings),
  };
}

function costOf({ key, values }: Declaration): string {
  const all = values.join(', ');
  const words = {
    opens: () => `whatever listens on ${all} in a maintenance window, whoever started it`,
    listens: () => `whatever listens on ${all} of this role's instances, whoever started it`,
    first_boot: () => 'that these files appear, whenever; what happens to them later rings as before',
    writes: () => `any change below ${all} in a maintenance window, whoever makes it`,
    ignore: () => `any change, for ever, of what begins with ${all}, such as ${values[0]}2`,
  };
  return words[key]();
}
