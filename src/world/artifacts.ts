/**
 * Downloads that a builder gets from bake: fetched once by this machine, kept by their digest, checked at
 * every use. No credential of ours ever reaches a builder for them.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fail } from '../failure.ts';
import type { Artifact } from '../fleet/model.ts';
import { shownAddress, withoutCredentials } from './download-address.ts';
import { unlessMissing } from './file-errors.ts';
import { type ObjectStore, parseObjectAddress } from './s3.ts';

export interface ArtifactSource {
  /** Folder of downloads in the cache. */
  readonly folder: string;
  /** What relative paths start from. */
  readonly fleetFolder: string;
  readonly objects: Pick<ObjectStore, 'open'>;
  readonly signal: AbortSignal;
  /** Looks into the file before it is kept, and throws where it must not be used; messages call it `name`. */
  readonly check?: (path: string, name: string) => Promise<void>;
}

/** Path of a local file with exactly the artifact's digest. */
export async function fetchArtifact(artifact: Artifact, source: ArtifactSource): Promise<string> {
  const kept = join(source.folder, artifact.sha256);
  if ((await digestOf(kept)) === artifact.sha256) return kept;
  await mkdir(source.folder, { recursive: true });
  const partial = `${kept}.${process.pid}.part`;
  try {
    await pipeline(await openSource(artifact, source), createWriteStream(partial, { mode: 0o644 }), {
      signal: source.signal,
    });
    const digest = await digestOf(partial);
    if (digest !== artifact.sha256) refuse(artifact, digest);
    await source.check?.(partial, shownAddress(artifact.from));
    await rename(partial, kept);
    return kept;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Fills `folder` with the files of `paths`, each named by its digest: what Packer uploads. */
export async function collectArtifacts(folder: string, paths: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(
    [...paths].map(([sha256, path]) =>
      link(path, join(folder, sha256)).catch(() => copyFile(path, join(folder, sha256))),
    ),
  );
}

/** SHA-256 in hexadecimal; undefined where there is no such file. */
export async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch (error) {
    return unlessMissing(error);
  }
}

async function openSource(artifact: Artifact, source: ArtifactSource): Promise<Readable> {
  const object = parseObjectAddress(artifact.from);
  if (object !== undefined) return source.objects.open(object);
  if (artifact.from.startsWith('https://')) return download(artifact.from, source.signal);
  const path = resolve(source.fleetFolder, artifact.from);
  await access(path).catch(() => unreachable(artifact.from, 'there is no such file'));
  return createReadStream(path);
}

async function download(address: string, signal: AbortSignal): Promise<Readable> {
  const { url, headers } = withoutCredentials(address);
  const response = await fetch(url, { headers, signal }).catch((error: unknown) =>
    unreachable(address, reasonOf(error)),
  );
  if (!response.ok || response.body === null) unreachable(address, `the server answered ${response.status}`);
  return Readable.fromWeb(response.body);
}

/** What fetch says by itself is only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function unreachable(from: string, reason: string): never {
  fail({
    kind: 'input',
    problem: `${shownAddress(from)} can't be fetched: ${reason}`,
    remedy: 'check its address in the fleet file, and that this machine may read it',
  });
}

function refuse(artifact: Artifact, digest: string | undefined): never {
  fail({
    kind: 'input',
    problem: `${shownAddress(artifact.from)} is not the file that the fleet file names: its SHA-256 is ${digest}, not ${artifact.sha256}`,
    remedy:
      'nothing was used of it; find out who changed it before you write the new digest into the fleet file',
  });
}
