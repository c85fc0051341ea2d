/**
 * What bake builds once and keeps: programs, root filesystems. One folder for each name, below it one
 * for the key that it was made from:
 *
 *     NAME/DIGEST-OF-KEY/content       what `ensure` returns
 *     NAME/DIGEST-OF-KEY/manifest.json the key and the digest of the content
 */

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Emit } from '../events.ts';
import { Failed, fail } from '../failure.ts';
import { digestFolder } from './digest.ts';
import { withLock } from './lock.ts';

export interface CacheEntry {
  /** Lower-case letters, digits, dots and dashes. */
  readonly name: string;
  /** Everything that the content depends on: versions, recipe. */
  readonly key: string;
  /** Fills a new, empty folder, which is moved to its place afterwards: the content must not know where it lies. */
  readonly build: (folder: string) => Promise<void>;
}

/** Folders built once, kept, and checked by the digest of their content at every use. */
export interface Cache {
  /**
   * Returns the folder of `name`, built by `build` where it is missing, was made from another `key`,
   * or no longer has the content that it was built with. Nothing may write into it afterwards.
   * It stays for a week after it was last asked for, also where others then ask for another key.
   */
  ensure(entry: CacheEntry): Promise<string>;
}

const BUILDING = '.building-';
const LOCK = 'lock';
/** Longer than any command runs that asked for an entry. */
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** Where the cache lies, absolute: `BAKE_CACHE`, else `bake` in `XDG_CACHE_HOME` or in `~/.cache`. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.BAKE_CACHE) return resolve(environment.BAKE_CACHE);
  const base = environment.XDG_CACHE_HOME?.startsWith('/')
    ? environment.XDG_CACHE_HOME
    : join(environment.HOME || homedir(), '.cache');
  return join(base, 'bake');
}

/**
 * The cache in `folder`, which is made where it is missing.
 * `ensure` throws {@link Failed} where the folder can't be used; what `build` throws it passes on.
 */
export function openCache(folder: string, emit: Emit = () => {}, signal?: AbortSignal): Cache {
  return { ensure: (entry) => explained(folder, () => ensure(folder, entry, emit, signal)) };
}

/** Whether `folder` has an entry of this name and key; its content is not looked at. */
export async function isCached(
  folder: string,
  { name, key }: Pick<CacheEntry, 'name' | 'key'>,
): Promise<boolean> {
  return (await stat(placeOf(folder, name, key)).catch(() => undefined)) !== undefined;
}

function placeOf(folder: string, name: string, key: string): string {
  return join(folder, name, createHash('sha256').update(key).digest('hex').slice(0, 16));
}

async function ensure(folder: string, entry: CacheEntry, emit: Emit, signal?: AbortSignal): Promise<string> {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(entry.name))
    throw new Error(`not a name for a cache entry: ${entry.name}`);
  const home = join(folder, entry.name);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await refuseOthersWriting(folder);
  const place = placeOf(folder, entry.name, entry.key);
  const onWait = () =>
    emit({
      type: 'notice',
      level: 'info',
      text: `waiting for another bake that prepares ${entry.name}`,
      remedy: `if none is running, remove ${join(home, LOCK)}`,
    });
  return withLock(join(home, LOCK), { onWait, signal }, async () => {
    const state = await check(place, entry.key);
    if (state === 'changed') {
      emit({
        type: 'notice',
        level: 'warning',
        text: `${entry.name} in ${folder} is not what was built there; it is built again`,
      });
    }
    if (state !== 'whole') await buildInto(home, place, entry);
    await utimes(place, new Date(), new Date());
    await removeUnused(home, place);
    return join(place, 'content');
  });
}

async function check(place: string, key: string): Promise<'whole' | 'changed' | 'missing'> {
  const exists = await stat(place).catch(() => undefined);
  if (exists === undefined) return 'missing';
  const manifest = parseManifest(await readFile(join(place, 'manifest.json'), 'utf8').catch(() => ''));
  const digest = await digestFolder(join(place, 'content')).catch(() => undefined);
  return manifest?.key === key && manifest.digest === digest ? 'whole' : 'changed';
}

function parseManifest(text: string): { key: unknown; digest: unknown } | undefined {
  try {
    const { key, digest } = JSON.parse(text);
    return { key, digest };
  } catch {
    return undefined;
  }
}

/** Leaves at `place` the whole entry, or what was there. */
async function buildInto(home: string, place: string, { key, build }: CacheEntry): Promise<void> {
  await removeLeftovers(home);
  const temporary = await mkdtemp(join(home, BUILDING));
  try {
    const content = join(temporary, 'content');
    await mkdir(content, { mode: 0o755 });
    await build(content);
    const manifest = { key, digest: await digestFolder(content) };
    await writeFile(join(temporary, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(place, { recursive: true, force: true });
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** What builds that were killed left behind; the lock is held, so none is running. */
async function removeLeftovers(home: string): Promise<void> {
  const names = (await readdir(home)).filter((name) => name.startsWith(BUILDING));
  await Promise.all(names.map((name) => rm(join(home, name), { recursive: true, force: true })));
}

/** Entries of other keys go when nobody has asked for them for long: until then a program may run from them. */
async function removeUnused(home: string, place: string): Promise<void> {
  const others = (await readdir(home)).filter((name) => name !== LOCK).map((name) => join(home, name));
  for (const path of others.filter((other) => other !== place)) {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > KEPT_MILLISECONDS) await rm(path, { recursive: true, force: true });
  }
}

/** The digest finds damage, not malice: who can write here could change the manifest too. */
export async function refuseOthersWriting(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o022) === 0) return;
  fail({
    kind: 'prerequisite',
    problem: `others can write to the cache folder ${folder}, and bake runs programs from it`,
    remedy: 'take the permission away, or set BAKE_CACHE to another folder',
    commands: [`chmod go-w ${folder}`],
  });
}

const REASONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'free some space, or set BAKE_CACHE to a folder on another disk'],
  EDQUOT: ['the disk quota is used up', 'free some space, or set BAKE_CACHE to a folder on another disk'],
  EROFS: ['it is on a read-only filesystem', 'set BAKE_CACHE to a folder that can be written'],
  EACCES: ["it can't be written", 'set BAKE_CACHE to a folder of your own'],
  EPERM: ["it can't be written", 'set BAKE_CACHE to a folder of your own'],
  ENOTDIR: ['something on the way to it is a file', 'set BAKE_CACHE to a folder that can be made'],
  EEXIST: ['it is a file', 'set BAKE_CACHE to a folder'],
};

/** Turns what the filesystem says about the cache folder into a failure that says what to do. */
async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(folder, error);
    if (reason === undefined) throw error;
    throw new Failed([
      {
        kind: 'prerequisite',
        problem: `the cache folder ${folder} can't be used: ${reason[0]}`,
        remedy: reason[1],
      },
    ]);
  }
}

function reasonOf(folder: string, error: unknown): readonly [reason: string, remedy: string] | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const path = 'path' in error ? String(error.path) : folder;
  return path.startsWith(folder) || folder.startsWith(path) ? REASONS[String(error.code)] : undefined;
}
