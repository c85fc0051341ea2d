/** What one key of a role in the fleet file declares, and which tampering `bake verify` would then find silent. Pure. */

import { dirname } from 'node:path/posix';
import { pathExpression } from '../ossec/first-boot.ts';
import { UNDECLARED_PORT } from '../ossec/own-rule-ids.ts';
import type { Subject } from './model.ts';

/** How `bake verify` tampers with an image: what a declaration must not silence unseen. */
export interface Tampering {
  readonly name: string;
  /** Rules of which one has to ring. */
  readonly rules: readonly number[];
  /** A file, or a folder in which any may be changed; `*` is any folder. Undefined: it is no file. */
  readonly path: string | undefined;
  /** It is done in a maintenance window. */
  readonly isInWindow: boolean;
}

export type DeclaredKey = 'listens' | 'opens' | 'writes' | 'first_boot' | 'ignore';

/** The new values of a key. */
export interface Declaration {
  readonly key: DeclaredKey;
  readonly values: readonly string[];
}

/** OSSEC's rules of the integrity check. */
export const ADDED = 554;
const INTEGRITY = [550, 551, 552, 553, ADDED];

/** Whether a rule's alert about this would have been declared. */
export function declares({ key, values }: Declaration, rule: number, { kind, value }: Subject): boolean {
  if (key === 'listens' || key === 'opens')
    return kind === 'port' && portsOf(value).every((port) => values.includes(port));
  if ((kind !== 'file' && kind !== 'folder') || (key === 'first_boot' && rule !== ADDED)) return false;
  if (kind === 'file') return values.some((text) => covers(key, text, value));
  return key === 'first_boot'
    ? values.includes(`${value}/*`)
    : values.some((text) => covers(key, text, `${value}/`));
}

export function portsOf(value: string): string[] {
  return value.split(', ');
}

function covers(key: DeclaredKey, text: string, path: string): boolean {
  if (key === 'writes') return path.startsWith(`${text}/`);
  if (key === 'first_boot') return new RegExp(`^${pathExpression(text)}$`).test(path);
  // OSSEC compares the beginning, without regard to case.
  return path.toLowerCase().startsWith(text.toLowerCase());
}

/** In words: what verify would find silent. */
export function silencedBy(declaration: Declaration, tamperings: readonly Tampering[]): string[] {
  return tamperings.flatMap((tampering) => {
    const what = silenced(declaration, tampering);
    return what === undefined ? [] : [`${tampering.name} (${what})`];
  });
}

function silenced({ key, values }: Declaration, { rules, path, isInWindow }: Tampering): string | undefined {
  if (rules.includes(UNDECLARED_PORT)) {
    // Of verify's own, no port is open in a window.
    return key === 'listens' ? `on ${values.join(' or ')}` : undefined;
  }
  const isAddedOnly = rules.every((rule) => rule === ADDED);
  if (path === undefined || !rules.some((rule) => INTEGRITY.includes(rule))) return undefined;
  if (key === 'listens' || key === 'opens' || (key === 'writes' && !isInWindow)) return undefined;
  if (key === 'first_boot' && !isAddedOnly) return undefined;
  return values.some((text) => coversPattern(key, text, path)) ? path : undefined;
}

/** `pattern`: a tampering's path, in which `*` may be any folder, and so also the one that is declared. */
function coversPattern(key: DeclaredKey, text: string, pattern: string): boolean {
  if (!pattern.includes('*')) return covers(key, text, pattern);
  const parts = text.split('/');
  const path = pattern.split('/').map((part, index) => (part === '*' ? startOf(parts, index) : part));
  return covers(key, text, path.join('/'));
}

/** A folder's name that the declared one is, or begins. */
function startOf(parts: readonly string[], index: number): string {
  return parts[index] === undefined || parts[index] === '' ? 'x' : parts[index];
}

/** The folder of a file, or of what was counted by folder. */
export function folderOf({ kind, value }: Subject): string {
  return kind === 'folder' ? value : dirname(value);
}
