/** What a build has made at AWS and not yet removed, as far as Packer says so. Pure. */

export interface Resource {
  readonly kind: 'instance' | 'key pair' | 'security group' | 'image';
  /** Its id, or the name where Packer tells no id. */
  readonly id: string;
}

interface Entry extends Resource {
  /** Packer tried to remove it and could not. */
  readonly stuck?: true;
}

export interface Ledger {
  readonly entries: readonly Entry[];
  /** Packer has said that it removes this one, but not yet gone on to the next. */
  readonly leaving: Resource['kind'] | undefined;
}

export const EMPTY_LEDGER: Ledger = { entries: [], leaving: undefined };

const MADE: ReadonlyArray<readonly [RegExp, Resource['kind']]> = [
  [/^Creating temporary keypair: (\S+)$/, 'key pair'],
  [/^Creating temporary security group for this instance: (\S+)$/, 'security group'],
  [/^Instance ID: (i-[0-9a-f]+)$/, 'instance'],
  [/^AMI: (ami-[0-9a-f]+)$/, 'image'],
];

const REMOVING: ReadonlyArray<readonly [string, Resource['kind']]> = [
  ['Terminating the source AWS instance...', 'instance'],
  ['Deleting temporary security group...', 'security group'],
  ['Deleting temporary keypair...', 'key pair'],
];

/** The ledger after the builder's next line. An error right after a removal means that it failed. */
export function enter(ledger: Ledger, line: { readonly text: string; readonly isError: boolean }): Ledger {
  const deregistered = /^Deregistered AMI id: (\S+)$/.exec(line.text)?.[1];
  return {
    entries: [...settle(ledger, line.isError).filter(({ id }) => id !== deregistered), ...madeBy(line.text)],
    leaving: REMOVING.find(([text]) => text === line.text)?.[1],
  };
}

function settle({ entries, leaving }: Ledger, failed: boolean): readonly Entry[] {
  if (leaving === undefined) return entries;
  if (!failed) return entries.filter(({ kind }) => kind !== leaving);
  return entries.map((entry) => (entry.kind === leaving ? { ...entry, stuck: true } : entry));
}

function madeBy(text: string): Resource[] {
  return MADE.flatMap(([pattern, kind]) => {
    const id = pattern.exec(text)?.[1];
    return id === undefined ? [] : [{ kind, id }];
  });
}

/**
 * What a build that has ended by itself leaves behind. Packer names key pair and security group before it
 * makes them, so those that it did not try to remove never were.
 */
export function leftBehind(ledger: Ledger, artifacts: readonly string[]): readonly Resource[] {
  return settle(ledger, false)
    .filter(({ kind, stuck }) => stuck || kind === 'image' || kind === 'instance')
    .filter(({ id }) => !artifacts.some((artifact) => artifact.endsWith(`:${id}`)));
}

/** What a build that was killed may leave behind. */
export function mayBeLeftBehind(ledger: Ledger): readonly Resource[] {
  return ledger.entries;
}
