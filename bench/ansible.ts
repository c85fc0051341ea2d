/** Ansible for the rivals that are playbooks: pinned, checked by hash, kept in the cache. */

import { dirname, join } from 'node:path';
import process from 'node:process';
import { pythonPackages } from '../rehearsal/src/setup/pip.ts';
import { findPython } from '../rehearsal/src/setup/python.ts';
import { cacheFolder, openCache } from '../src/world/cache.ts';
import type { World } from './model.ts';

const REQUIREMENTS = join(import.meta.dirname, 'rivals', 'ansible', 'requirements.txt');

/**
 * What `rivals/ansible/play.sh` reads of its environment.
 * @throws where no Python can install packages
 */
export async function ansibleEnvironment({ scratch, say }: World): Promise<Record<string, string>> {
  const python = await findPython();
  if (python === undefined) throw new Error('no Python 3 that can install packages');
  const folder = await pythonPackages(python, {
    name: 'ansible',
    requirements: REQUIREMENTS,
    cache: openCache(cacheFolder(process.env)),
    report: ({ type, item, detail }) => {
      if (type !== 'setup.progress') say(`  ${item}: ${detail}`);
    },
  });
  return {
    PYTHON: python.executable,
    PYTHONPATH: folder,
    PATH: `${dirname(python.executable)}:${process.env.PATH ?? ''}`,
    // Ansible keeps the sockets of its connections and its own scratch files there.
    HOME: join(scratch, 'ansible'),
  };
}
