/** What a build has made at AWS and not yet removed, as far as Packer says so. Pure. */

export interface Resource {
  readonly kind: 'instance' | 'key pair' | 'security group' | 'image';
  /** Its id, or the name where Packer tells no id. */
  readonly id: string;
}

export interface Ledger {
  readonly resources: readonly Resource[];
  /** Packer has said that it removes this one, but not yet gone on to the next. */
  readonly leaving: Resource['kind'] | undefined;
}

export const EMPTY_LEDGER: Ledger = { resources: [], leaving: undefined };

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
  const { leaving } = ledger;
  const kept =
    leaving === undefined || line.isError
      ? ledger.resources
      : ledger.resources.filter((resource) => resource.kind !== leaving);
  const deregistered = /^Deregistered AMI id: (\S+)$/.exec(line.text)?.[1];
  return {
    resources: [...kept.filter((resource) => resource.id !== deregistered), ...madeBy(line.text)],
    leaving: REMOVING.find(([text]) => text === line.text)?.[1],
  };
}

function madeBy(text: string): Resource[] {
  return MADE.flatMap(([pattern, kind]) => {
    const id = pattern.exec(text)?.[1];
    return id === undefined ? [] : [{ kind, id }];
  });
}

/** The ledger of a build that has ended by itself. */
export function close(ledger: Ledger, artifacts: readonly string[]): readonly Resource[] {
  const { resources } = enter(ledger, { text: '', isError: false });
  return resources.filter(({ id }) => !artifacts.some((artifact) => artifact.endsWith(`:${id}`)));
}
