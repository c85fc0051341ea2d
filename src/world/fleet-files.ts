/** The files that a fleet file names: found inside of its folder, read once, and never more than bake can hold. */

import { glob, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import { nearest } from '../fleet/nearest.ts';
import { type Gathered, type GatheredFile, keyOf, type Reference } from '../fleet/references.ts';
import { digestOf } from './artifacts.ts';
import { codeOf, isMissing } from './file-errors.ts';

const MIB = 2 ** 20;
const LARGEST_FILE_MIB = 32;
const LARGEST_SUM_MIB = 256;
/** Of what bake itself reads and checks: keys, rules and their tests. */
const LARGEST_TEXT_MIB = 1;
const MOST_FILES = 10_000;

/** Why a reference can't be used; caught by {@link gatherFiles}. */
class Unusable extends Error {
  readonly remedy: string | undefined;
  constructor(problem: string, remedy?: string) {
    super(problem);
    this.remedy = remedy;
  }
}

interface Reader {
  /** The real path of the fleet file's folder. */
  readonly root: string;
  /** By real path, so that a file is read once. */
  readonly contents: Map<string, Uint8Array>;
  bytesLeft: number;
}

/** Reads what the references name, by {@link keyOf}; what is wrong with one stands in its place. */
export async function gatherFiles(
  folder: string,
  references: readonly Reference[],
): Promise<Map<string, Gathered>> {
  const reader: Reader = {
    root: await realpath(folder),
    contents: new Map(),
    bytesLeft: LARGEST_SUM_MIB * MIB,
  };
  const gathered = new Map<string, Gathered>();
  for (const reference of references) {
    const key = keyOf(reference);
    if (!gathered.has(key)) gathered.set(key, await gatherOne(reference, reader));
  }
  return gathered;
}

async function gatherOne(reference: Reference, reader: Reader): Promise<Gathered> {
  const { kind, text } = reference;
  try {
    if (kind === 'glob') return { files: (await matching(text, reader)).map(asText) };
    if (kind === 'artifact') return { sha256: await digestAt(text, reader) };
    const found = await find(text, reader);
    if (found.kind === 'file') {
      const file = await readOne(text, '', reader);
      return { files: [isText(reference) ? asText(file) : file] };
    }
    if (kind === 'file') return { problem: `${text} is a folder`, remedy: 'Name a file' };
    return { files: await below(text, reader) };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { problem: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
  }
}

function isText({ use }: Reference): boolean {
  return use === 'keys' || use === 'rules' || use === 'rule-tests';
}

function asText(file: GatheredFile): GatheredFile {
  if (file.content.byteLength <= LARGEST_TEXT_MIB * MIB) return file;
  throw new Unusable(`${file.path} is larger than ${LARGEST_TEXT_MIB} MiB`, 'Is this the right file?');
}

async function matching(pattern: string, reader: Reader): Promise<GatheredFile[]> {
  if (pattern.split('/').includes('..')) throw outside(pattern);
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: reader.root })) {
    paths.push(path.split(sep).join('/'));
    if (paths.length > MOST_FILES) throw new Unusable(`${pattern} matches more than ${MOST_FILES} files`);
  }
  const files: GatheredFile[] = [];
  for (const path of paths.sort()) {
    if ((await find(path, reader)).kind === 'file') files.push(await readOne(path, '', reader));
  }
  if (files.length > 0) return files;
  throw new Unusable(`no file matches ${pattern}`, 'Add the files, or remove the entry');
}

/** All files below a folder, by their paths. */
async function below(folder: string, reader: Reader): Promise<GatheredFile[]> {
  const { real } = await find(folder, reader);
  const entries = await readdir(real, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(real, join(entry.parentPath, entry.name)).split(sep).join('/'));
  if (paths.length === 0)
    throw new Unusable(`${folder} has no files in it`, 'Add files, or remove the entry');
  if (paths.length > MOST_FILES) throw new Unusable(`${folder} has more than ${MOST_FILES} files`);
  const files: GatheredFile[] = [];
  for (const path of paths.sort()) files.push(await readOne(`${folder}/${path}`, path, reader));
  return files;
}

async function readOne(path: string, pathBelow: string, reader: Reader): Promise<GatheredFile> {
  const found = await find(path, reader);
  if (found.kind === 'folder')
    throw new Unusable(`${path} is a link to a folder`, 'Name that folder in an entry of its own');
  return {
    path,
    below: pathBelow,
    executable: found.executable,
    content: await contentOf(path, found, reader),
  };
}

async function contentOf(path: string, { real, size }: Found, reader: Reader): Promise<Uint8Array> {
  const known = reader.contents.get(real);
  if (known !== undefined) return known;
  const remedy = 'Let a step fetch what is large';
  if (size > LARGEST_FILE_MIB * MIB)
    throw new Unusable(`${path} is larger than ${LARGEST_FILE_MIB} MiB`, remedy);
  reader.bytesLeft -= size;
  if (reader.bytesLeft < 0)
    throw new Unusable(`with ${path}, the files are larger than ${LARGEST_SUM_MIB} MiB together`, remedy);
  const content = await readFile(real).catch((error: unknown) => {
    throw new Unusable(`${path} cannot be read: ${codeOf(error)}`);
  });
  reader.contents.set(real, content);
  return content;
}

async function digestAt(path: string, { root }: Reader): Promise<string> {
  const real = await realPathOf(path, root);
  if (!(await stat(real)).isFile()) throw new Unusable(`${path} is not a file`);
  const sha256 = await digestOf(real).catch((error: unknown) => {
    throw new Unusable(`${path} cannot be read: ${codeOf(error)}`);
  });
  if (sha256 === undefined) throw new Unusable(`${path} does not exist`);
  return sha256;
}

interface Found {
  readonly kind: 'file' | 'folder';
  readonly real: string;
  /** In bytes. */
  readonly size: number;
  readonly executable: boolean;
}

/** What is at a path, which must be inside of the fleet file's folder, links followed. */
async function find(path: string, { root }: Reader): Promise<Found> {
  const plain = posix.normalize(path);
  if (plain === '..' || plain.startsWith('../')) throw outside(path);
  const real = await realPathOf(path, root);
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(path);
  const status = await stat(real);
  if (!status.isFile() && !status.isDirectory()) throw new Unusable(`${path} is neither a file nor a folder`);
  const kind = status.isFile() ? 'file' : 'folder';
  return { kind, real, size: status.size, executable: (status.mode & 0o100) !== 0 };
}

async function realPathOf(path: string, root: string): Promise<string> {
  return realpath(join(root, path)).catch(async (error: unknown) => {
    if (!isMissing(error)) throw new Unusable(`${path} cannot be read: ${codeOf(error)}`);
    throw new Unusable(`${path} does not exist`, await didYouMean(path, root));
  });
}

function outside(path: string): Unusable {
  return new Unusable(
    `${path} is outside of the fleet file's folder`,
    'Copy it into that folder: whoever has the folder bakes the same image',
  );
}

async function didYouMean(path: string, root: string): Promise<string> {
  const names = await readdir(join(root, dirname(path))).catch(() => []);
  const near = nearest(basename(path), names);
  const folder = dirname(path) === '.' ? '' : `${dirname(path)}/`;
  return near === undefined ? 'Paths are relative to the fleet file' : `Did you mean ${folder}${near}?`;
}
