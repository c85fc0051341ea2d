/** moto and what it needs: pinned, checked by hash, in a folder of the cache. */

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpOptions } from '../model.ts';
import { run } from '../run.ts';
import { reported } from './progress.ts';
import type { Python } from './python.ts';

const REQUIREMENTS = join(import.meta.dirname, '..', '..', 'moto-requirements.txt');

/** Arguments: the folder with moto in it, the rehearsal's name (so that the process can be found), moto's own. */
const START = `
import runpy, sys
folder, _ = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, folder)
runpy.run_module("moto.server", run_name="__main__", alter_sys=True)`;

export interface PreparedMoto {
  /** The command that starts moto's server. */
  readonly command: string[];
  /** With moto and all that it needs in it. */
  readonly folder: string;
}

/** `name`: the rehearsal's. */
export async function prepareMoto(
  python: Python,
  name: string,
  options: Pick<UpOptions, 'cache' | 'report' | 'signal'>,
): Promise<PreparedMoto> {
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  const folder = await options.cache.ensure({
    name: 'moto',
    key: JSON.stringify({
      requirements: createHash('sha256').update(requirements).digest('hex'),
      python: python.version,
      machine: `${process.platform} ${process.arch}`,
    }),
    build: (target) =>
      reported(options.report, 'moto', `with Python ${python.version}`, (tell) =>
        install(python, target, tell, options.signal),
      ),
  });
  // -I: no PYTHON* variable and nobody's own packages have a say; -B: nothing is written into the cache.
  return { command: [python.executable, '-I', '-B', '-c', START, folder, name], folder };
}

async function install(
  python: Python,
  target: string,
  tell: (detail: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-rehearsal-pip-'));
  try {
    await run(await withPip(python, scratch, signal), installArguments(target), {
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

function installArguments(target: string): string[] {
  return [
    ...['-I', '-m', 'pip', 'install', '--target', target, '--requirement', REQUIREMENTS],
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
