/** From a clone or a release's archive to the frozen tarball. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fail } from '../failure.ts';
import { normalized } from './normalize.ts';
import { packEntries } from './pack.ts';
import { type ReadArchive, readArchiveFile } from './read-archive.ts';
import { readCommit, repositoryAt } from './read-commit.ts';
import { type OssecSource, ossecSource } from './source.ts';

export interface Frozen {
  readonly source: OssecSource;
  /** 40 hexadecimal digits; undefined where the source does not say. */
  readonly commit: string | undefined;
  /** The tar.gz. */
  readonly bytes: Uint8Array;
  /** Of `bytes`: 64 hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Freezes what lies at `path`: the same source gives the same bytes, wherever and whenever. `reference` is a
 * commit, branch or tag of a clone. Throws {@link Failed} where there is no source of OSSEC, or not a safe one.
 */
export async function freeze(path: string, reference: string | undefined): Promise<Frozen> {
  const read = await readSource(path, reference);
  const source = ossecSource(path, read.entries);
  const bytes = packEntries(normalized(source.entries), read.newest);
  return { source, commit: read.commit, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function readSource(path: string, reference: string | undefined): Promise<ReadArchive> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return refuse(`there is no ${path}`);
  if (found.isFile()) {
    if (reference === undefined) return await readArchiveFile(path);
    return refuse(`${path} is a file, and --commit is for clones`);
  }
  const repository = found.isDirectory() ? await repositoryAt(path) : undefined;
  if (repository === undefined) return refuse(`${path} is neither a clone nor the archive of a release`);
  return await readCommit(repository, reference);
}

function refuse(problem: string): never {
  fail({
    kind: 'input',
    problem,
    remedy: "name the top folder of a clone of OSSEC's repository, or a release's tar.gz, tar.bz2 or tar.xz",
  });
}
