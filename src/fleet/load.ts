/** The one file of this room that touches the file system: from a path to a {@link Fleet}. */

import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failed, type Failure, fail, type InputFailure } from '../failure.ts';
import { codeOf, isMissing } from '../world/file-errors.ts';
import { gatherFiles } from '../world/fleet-files.ts';
import { lockFileOf, readLock } from '../world/lock-file.ts';
import { checkFleet } from './check.ts';
import type { LockedOssec } from './check-ossec.ts';
import type { Environment } from './interpolate.ts';
import type { Fleet } from './model.ts';
import { readFleetFile } from './read.ts';
import { referencesIn } from './references.ts';

export interface LoadedFleet {
  readonly fleet: Fleet;
  /** What works but is likely not meant. */
  readonly warnings: readonly InputFailure[];
}

const MIB = 2 ** 20;
/** Whether artifacts and `bake.lock` are checked; to a command that bakes nothing they are `unseen`. */
export type Artifacts = 'checked' | 'unseen';

/**
 * Loads a fleet file with every file that it names.
 * `path` is shown in messages as it is given; `environment` is what `${env:NAME}` may name.
 * @throws Failed with everything that is wrong, in the order of the file.
 */
export async function loadFleet(
  path: string,
  environment: Environment,
  artifacts: Artifacts = 'checked',
): Promise<LoadedFleet> {
  const reading = readFleetFile(path, await fleetFileBytes(path), environment);
  if (reading.document === undefined) throw new Failed(reading.failures);
  const references = referencesIn(reading.document.tree).filter(
    ({ kind }) => artifacts === 'checked' || kind !== 'artifact',
  );
  const gathered = await gatherFiles(dirname(path), references);
  const { frozen, failures: ofLock } =
    artifacts === 'checked' ? await readFrozen(lockFileOf(path)) : UNSEEN_LOCK;
  const { fleet, failures, warnings } = checkFleet(reading.document, gathered, reading.findings, frozen);
  const all = [...[...reading.failures, ...failures].sort(inOrderOf(path)), ...ofLock];
  if (all.length > 0 || fleet === undefined) throw new Failed(all);
  return { fleet, warnings };
}

async function fleetFileBytes(path: string): Promise<Uint8Array> {
  const refuse = (problem: string, remedy: string) => fail({ kind: 'input', problem, remedy });
  try {
    const found = await stat(path);
    if (found.isDirectory())
      return refuse(`${path} is a folder`, `Name the file: --file ${join(path, 'bake.yaml')}`);
    if (!found.isFile()) return refuse(`${path} is not a regular file`, 'Write the fleet file to disk first');
    // The reader refuses anything above its limit, but a disk image must not be read at all.
    if (found.size > 2 * MIB) return refuse(`${path} is larger than 1 MiB`, 'Is this the right file?');
    return await readFile(path);
  } catch (error) {
    if (error instanceof Failed) throw error;
    const problem = isMissing(error)
      ? `there is no fleet file ${path}`
      : `${path} cannot be read: ${codeOf(error)}`;
    return refuse(problem, 'Run bake in the folder of a bake.yaml, or name the file: --file PATH');
  }
}

interface ReadLock {
  readonly frozen: LockedOssec;
  readonly failures: readonly Failure[];
}

const UNSEEN_LOCK: ReadLock = { frozen: 'unreadable', failures: [] };

/** What the lock says; what is wrong with it is reported with all else. */
async function readFrozen(path: string): Promise<ReadLock> {
  try {
    return { frozen: (await readLock(path))?.ossec, failures: [] };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { frozen: 'unreadable', failures: error.failures };
  }
}

/** What is wrong in the fleet file first, by its place, then what is wrong in the files that it names. */
function inOrderOf(fleetFile: string): (a: InputFailure, b: InputFailure) => number {
  const rank = ({ at }: InputFailure) => (at === undefined ? 2 : at.file === fleetFile ? 0 : 1);
  return (a, b) => {
    if (a.at === undefined || b.at === undefined || rank(a) !== rank(b)) return rank(a) - rank(b);
    return a.at.line - b.at.line || a.at.column - b.at.column;
  };
}
