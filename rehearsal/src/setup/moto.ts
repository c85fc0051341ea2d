/** moto, from the Python package index, in a folder of its own; built once and kept. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cache, type Progress, RehearsalError } from '../model.ts';
import { run } from '../run.ts';
import { findProgram } from './programs.ts';

const REQUIREMENTS = join(import.meta.dirname, '..', '..', 'moto-requirements.txt');

export interface MotoOptions {
  readonly cache: Cache;
  readonly report: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The command that starts moto's server. */
export async function motoCommand({ cache, report, signal }: MotoOptions): Promise<string[]> {
  const python = await findProgram('python3');
  if (python === undefined) {
    throw new RehearsalError('missing', 'Python 3 is missing', {
      commands: ['apt-get install --yes python3 python3-pip'],
    });
  }
  const version = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  const item = 'moto';
  report({ type: 'setup.started', item, detail: 'checking' });
  const folder = await cache.ensure({
    name: 'moto',
    key: `python ${version}\n${requirements}`,
    build: async (target) => {
      await run(
        python,
        [
          '-m',
          'pip',
          'install',
          '--disable-pip-version-check',
          '--no-compile',
          '--only-binary=:all:',
          `--target=${target}`,
          `--requirement=${REQUIREMENTS}`,
        ],
        { signal, onLine: (line) => report({ type: 'setup.progress', item, detail: line }) },
      );
    },
  });
  report({ type: 'setup.finished', item, detail: 'ready' });
  // Nothing may write into the cache: no byte code there.
  return [
    python,
    '-B',
    '-c',
    `import sys; sys.path.insert(0, ${JSON.stringify(folder)}); from moto.server import main; main()`,
  ];
}
