/** Where reports on images are kept: beside the builds, and in S3 where the fleet file names a place. */

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../failure.ts';
import { unlessMissing } from './file-errors.ts';
import { type ObjectStore, parseObjectAddress } from './s3.ts';

export interface ReportStore {
  /** From this machine, or else from the shared place; undefined where it is in neither. */
  read(path: string): Promise<Buffer | undefined>;
  /** Into both. What is there already stays: a path has one content. @throws Failed where one of them refuses it */
  write(path: string, content: Uint8Array): Promise<void>;
  /** Where a path is on this machine. */
  pathOf(path: string): string;
  /** `s3://BUCKET/PREFIX`; undefined: other machines can't read what is kept here. */
  readonly shared: string | undefined;
}

export interface ReportStoreOptions {
  /** On this machine. */
  readonly folder: string;
  readonly shared: string | undefined;
  readonly objects: Pick<ObjectStore, 'read' | 'create'>;
}

export function openReportStore({ folder, shared, objects }: ReportStoreOptions): ReportStore {
  const address = (path: string) => {
    const parsed = shared === undefined ? undefined : parseObjectAddress(`${shared}/${path}`);
    if (shared !== undefined && parsed === undefined) throw new Error(`not a place in S3: ${shared}`);
    return parsed;
  };
  return {
    shared,
    pathOf: (path) => join(folder, path),
    read: async (path) => {
      const here = await readFile(join(folder, path)).catch(unlessMissing);
      const there = address(path);
      return here ?? (there === undefined ? undefined : objects.read(there));
    },
    write: async (path, content) => {
      await writeWhole(join(folder, path), content);
      const there = address(path);
      if (there !== undefined) await objects.create(there, content);
    },
  };
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    fail({
      kind: 'prerequisite',
      problem: `${path} can't be written: ${error.code}`,
      remedy: 'make room and let it be written; what has been baked stays as it is',
    });
  }
}
