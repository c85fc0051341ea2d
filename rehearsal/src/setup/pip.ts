/** Packages of Python: pinned, checked by hash, in a folder of the cache. */

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpOptions } from '../model.ts';
import { run } from '../run.ts';
import { reported } from './progress.ts';
import type { Python } from './python.ts';

export interface PythonPackages extends Pick<UpOptions, 'cache' | 'report' | 'signal'> {
  /** What people know it by. */
  readonly name: string;
  /** Path of a requirements file with the hash of everything. */
  readonly requirements: string;
}

/** @returns the folder that holds them, for `sys.path` */
export async function pythonPackages(python: Python, packages: PythonPackages): Promise<string> {
  const { name, requirements, cache, report, signal } = packages;
  return cache.ensure({
    name,
    key: JSON.stringify({
      requirements: createHash('sha256')
        .update(await readFile(requirements, 'utf8'))
        .digest('hex'),
      python: python.version,
      machine: `${process.platform} ${process.arch}`,
    }),
    build: (target) =>
      reported(report, name, `with Python ${python.version}`, (tell) =>
        install(python, requirements, target, tell, signal),
      ),
  });
}

async function install(
  python: Python,
  requirements: string,
  target: string,
  tell: (detail: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-rehearsal-pip-'));
  try {
    await run(await withPip(python, scratch, signal), installArguments(requirements, target), {
      signal,
      environment: pipEnvironment(),
      onLine: (line) => tell(line.trim()),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A Python that has pip: this one, or an environment of its own made for the installation only. */
async function withPip(python: Python, scratch: string, signal?: AbortSignal): Promise<string> {
  if (python.hasPip) return python.executable;
  await run(python.executable, ['-I', '-m', 'venv', join(scratch, 'venv')], { signal });
  return join(scratch, 'venv', 'bin', 'python');
}

function installArguments(requirements: string, target: string): string[] {
  return [
    ...['-I', '-m', 'pip', 'install', '--target', target, '--requirement', requirements],
    // What is installed is what the file names, to the byte, and nothing of it runs while it is installed.
    ...['--require-hashes', '--no-deps', '--only-binary', ':all:'],
    ...['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
  ];
}

/** The user's own settings say where packages come from; those that clash with `--target` are overruled. */
function pipEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(inherited), PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
}
