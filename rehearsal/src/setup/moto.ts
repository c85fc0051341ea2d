/** moto and what it needs: pinned, checked by hash, in a folder of the cache. */

import { join } from 'node:path';
import type { UpOptions } from '../model.ts';
import { pythonPackages } from './pip.ts';
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
  const folder = await pythonPackages(python, { name: 'moto', requirements: REQUIREMENTS, ...options });
  // -I: no PYTHON* variable and nobody's own packages have a say; -B: nothing is written into the cache.
  return { command: [python.executable, '-I', '-B', '-c', START, folder, name], folder };
}
