/** The door to what `--from` names: which files that are, and whether they may be what they should. */

import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { HEAD_BYTES, isCompressed, NAME_ALERTS, refusalOf } from '../alerts/file-kind.ts';
import { Failed, type InputFailure } from '../failure.ts';
import { wordsOf } from './file-errors.ts';
import { STANDARD_INPUT } from './log-input.ts';

export interface AlertSource {
  /** For people: as the user named it. */
  readonly name: string;
  /** Undefined: standard input. */
  readonly path: string | undefined;
  /** Undefined where nobody knows before it was read. */
  readonly bytes: number | undefined;
}

/** A file may have several names. */
type Found = { readonly identity: string; readonly source: AlertSource } | InputFailure;

/** What OSSEC calls them: `alerts.json`, `2026/Nov/ossec-alerts-24.json.gz`. */
const ALERT_FILE = /alerts[^/]*\.json(\.gz)?$/;

/**
 * The files, and those below folders. Each once: OSSEC has the alerts of today under two names.
 * @throws Failed with everything that can't be read or is something else
 */
export async function findAlertSources(
  workingFolder: string,
  names: readonly string[],
): Promise<AlertSource[]> {
  const found = (await Promise.all(names.map((name) => sourcesOf(workingFolder, name)))).flat();
  const failures = found.filter((one) => 'problem' in one);
  if (failures.length > 0) throw new Failed(failures);
  const byIdentity = new Map<string, AlertSource>();
  for (const one of found) {
    if ('source' in one && !byIdentity.has(one.identity)) byIdentity.set(one.identity, one.source);
  }
  return [...byIdentity.values()];
}

async function sourcesOf(workingFolder: string, name: string): Promise<Found[]> {
  if (name === '-') {
    return [{ identity: '-', source: { name: STANDARD_INPUT, path: undefined, bytes: undefined } }];
  }
  const path = resolve(workingFolder, name);
  try {
    const status = await stat(path);
    if (status.isDirectory()) return await sourcesBelow(workingFolder, name);
    return [await sourceOf({ name, path, status })];
  } catch (error) {
    return [{ kind: 'input', problem: `${name} can't be read: ${wordsOf(error)}`, remedy: NAME_ALERTS }];
  }
}

async function sourcesBelow(workingFolder: string, name: string): Promise<Found[]> {
  const inside = await readdir(resolve(workingFolder, name), { recursive: true, withFileTypes: true });
  const files = inside
    .filter((entry) => entry.isFile() && ALERT_FILE.test(entry.name))
    .map((entry) => join(name, relative(resolve(workingFolder, name), join(entry.parentPath, entry.name))))
    .toSorted();
  if (files.length > 0) {
    return (await Promise.all(files.map((file) => sourcesOf(workingFolder, file)))).flat();
  }
  const problem = `${name} has no alerts*.json or alerts*.json.gz below it`;
  return [{ kind: 'input', problem, remedy: NAME_ALERTS }];
}

interface Named {
  readonly name: string;
  readonly path: string;
  readonly status: Stats;
}

/** What is no file, as a pipe, has to wait: what was read of it would be gone. */
async function sourceOf({ name, path, status }: Named): Promise<Found> {
  const refusal = status.isFile() ? refusalOf(await headOf(path)) : undefined;
  if (refusal !== undefined) {
    return { kind: 'input', problem: `${name} ${refusal.problem}`, remedy: refusal.remedy };
  }
  const bytes = status.isFile() ? status.size : undefined;
  return { identity: `${status.dev}:${status.ino}`, source: { name, path, bytes } };
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES));
    const head = buffer.subarray(0, bytesRead);
    return isCompressed(head) ? unpacked(head) : head;
  } finally {
    await file.close();
  }
}

/** Of the beginning of a compressed file; nothing where it is damaged there, which its reader says. */
function unpacked(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
