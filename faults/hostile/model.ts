/** What the hostile inputs are made of, and what is known of them before bake sees them. */

/** A file of the fleet's folder. */
export type Entry = string | Uint8Array | { readonly link: string } | { readonly fifo: true };

export interface Input {
  /** By path, relative to the fleet's folder; `bake.yaml` is the fleet file. */
  readonly files: Readonly<Record<string, Entry>>;
  readonly environment: Readonly<Record<string, string>>;
  /** What must be carried exactly, where the fleet file is taken. */
  readonly expected: readonly Expected[];
}

/** In what a value is carried, and so what reads it back. */
export type Carrier = 'bash' | 'environment' | 'hcl' | 'xml' | 'json' | 'file';

export interface Expected {
  /** For people: where it was written. */
  readonly slot: string;
  readonly value: string;
  readonly carrier: Carrier;
  /** The files that may carry it. */
  readonly where: RegExp;
}

/** A text that lies outside of the fleet's folder: nothing that bake renders may contain it. */
export const OUTSIDE = 'the-secret-of-somebody-else';

/** Whatever is executed makes this file. */
export const CANARY = '/tmp/bake-hostile-canary';
