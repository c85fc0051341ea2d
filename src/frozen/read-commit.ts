/** A commit of a git repository on this machine as an archive, untouched by anybody's settings of git. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Environment } from '../context.ts';
import { type Failure, fail } from '../failure.ts';
import { type ReadArchive, readTar } from './read-archive.ts';

const MOST_BYTES = 2 ** 30;

/** The repository whose top `folder` is, or that it is itself (bare). Undefined where it is neither. */
export async function repositoryAt(folder: string): Promise<Repository | undefined> {
  const { exitCode, stdout, stderr } = await git(folder, [
    'rev-parse',
    '--is-inside-work-tree',
    '--show-prefix',
  ]);
  if (/dubious ownership/.test(stderr)) {
    refuse(
      folder,
      'it belongs to another user',
      `trust it: git config --global --add safe.directory ${folder}`,
    );
  }
  const [inWorkTree, prefix] = stdout.split('\n');
  // Below a repository's top, what is asked for is not what would be frozen.
  if (exitCode !== 0 || prefix) return undefined;
  return { folder, bare: inWorkTree !== 'true' };
}

export interface Repository {
  readonly folder: string;
  readonly bare: boolean;
}

/**
 * The files of a commit. `reference` is a branch, tag or commit; without it the checked-out commit of a work tree
 * in which nothing is changed. Throws {@link Failed}.
 */
export async function readCommit(
  repository: Repository,
  reference: string | undefined,
): Promise<ReadArchive & { readonly commit: string }> {
  const { folder, bare } = repository;
  if (reference === undefined) {
    if (bare) refuse(folder, 'it has no work tree', 'name what to freeze: --commit REF');
    await refuseChanged(folder);
  }
  const commit = await commitOf(folder, reference ?? 'HEAD');
  const modules = await submodules(folder, commit);
  if (modules.length > 0)
    refuse(folder, `${modules[0]} is a submodule`, 'give an archive that has its files');
  return { ...readTar(folder, await archive(folder, commit)), commit };
}

async function refuseChanged(folder: string): Promise<void> {
  const { exitCode, stdout, stderr } = await git(folder, [
    '-c',
    'core.fsmonitor=false',
    'status',
    '--porcelain',
  ]);
  if (exitCode !== 0) refuse(folder, "git can't say whether its work tree is clean", stderr);
  const [first] = stdout.split('\n').filter((line) => line !== '');
  if (first === undefined) return;
  refuse(
    folder,
    `its work tree differs from what is committed: ${first.slice(3)}`,
    'commit or remove what differs, or name a commit: --commit HEAD',
  );
}

async function commitOf(folder: string, reference: string): Promise<string> {
  const { exitCode, stdout } = await git(folder, [
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${reference}^{commit}`,
  ]);
  if (exitCode === 0 && /^[0-9a-f]{40}$/.test(stdout)) return stdout;
  return refuse(
    folder,
    `it has no commit ${JSON.stringify(reference)}`,
    'fetch it first, or name another one',
  );
}

async function submodules(folder: string, commit: string): Promise<string[]> {
  const { stdout } = await git(folder, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  return stdout
    .split('\0')
    .flatMap((line) => (line.startsWith('160000 ') ? [line.split('\t')[1] ?? ''] : []));
}

/**
 * Asked of an empty repository beside the objects of the real one, so that nothing in that one's configuration,
 * attributes or filters changes a byte or runs a program.
 */
async function archive(folder: string, commit: string): Promise<Buffer> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-git-'));
  try {
    const objects = (await git(folder, ['rev-parse', '--git-path', 'objects'])).stdout;
    await git(scratch, ['init', '--quiet', '--bare', '--template=', '.'], NEUTRAL_ENVIRONMENT);
    await writeFile(join(scratch, 'objects', 'info', 'alternates'), `${resolve(folder, objects)}\n`);
    const { exitCode, stdout, stderr } = await execa('git', ['archive', '--format=tar', commit], {
      ...options(scratch, NEUTRAL_ENVIRONMENT),
      encoding: 'buffer',
      maxBuffer: MOST_BYTES,
    });
    if (exitCode === 0) return Buffer.from(stdout ?? []);
    return refuse(
      folder,
      `git can't archive ${commit}`,
      Buffer.from(stderr ?? [])
        .toString()
        .trim(),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function git(folder: string, args: readonly string[], environment: Environment = ENVIRONMENT) {
  const { code, exitCode, stdout, stderr } = await execa('git', args, options(folder, environment));
  if (code === 'ENOENT') fail(NO_GIT);
  return { exitCode, stdout: stdout ?? '', stderr: stderr ?? '' };
}

const NO_GIT: Failure = {
  kind: 'prerequisite',
  problem: 'git is not here, and a clone is read with it',
  remedy: 'install git, or give the archive of a release',
};

const BASE_ENVIRONMENT = {
  PATH: process.env.PATH,
  LC_ALL: 'C',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
};

/** With the user's settings, which say whose repositories may be read. */
const ENVIRONMENT = {
  ...BASE_ENVIRONMENT,
  HOME: process.env.HOME,
  XDG_CONFIG_HOME: process.env.XDG_CONFIG_HOME,
};

/** With nobody's settings. */
const NEUTRAL_ENVIRONMENT = {
  ...BASE_ENVIRONMENT,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
};

function options(cwd: string, env: Readonly<Record<string, string | undefined>>) {
  return { cwd, env, extendEnv: false, stdin: 'ignore', reject: false } as const;
}

function refuse(folder: string, reason: string, remedy: string): never {
  fail({ kind: 'input', problem: `${folder} can't be frozen: ${reason}`, remedy });
}
