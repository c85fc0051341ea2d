/** A Docker engine and the programs that only the system's packages bring. */

import { type DockerEngine, RehearsalError, type UpOptions } from '../model.ts';
import { run } from '../run.ts';
import { searchEngine } from './engine-search.ts';
import { readOsRelease } from './os-release.ts';
import { startOwnEngine } from './own-engine.ts';
import type { Place } from './place.ts';
import { findProgram, isRoot, wholePath } from './programs.ts';

/** Program → the Debian package that has it. */
const NEEDED: Readonly<Record<string, string>> = { mmdebstrap: 'mmdebstrap' };
const ENGINE: Readonly<Record<string, string>> = { docker: 'docker.io', dockerd: 'docker.io' };

/** Uses the machine's engine, or starts one; installs what is missing where the user agrees. */
export async function openEngine(place: Place, options: UpOptions): Promise<DockerEngine> {
  const before = await searchEngine();
  const missing = await missingPackages(before.engine === undefined ? { ...NEEDED, ...ENGINE } : NEEDED);
  if (missing.length > 0) await install(missing, before.refusals, options);
  const { engine, refusals } = before.engine === undefined ? await searchEngine() : before;
  if (engine !== undefined) return engine;
  if (!isRoot()) {
    throw new RehearsalError('missing', ['no Docker engine can be used', ...refusals].join('; '), {
      remedy: 'start one, or let this user use it; as root, bake starts one of its own',
      commands: ['sudo systemctl start docker', 'sudo usermod --append --groups docker "$USER"'],
    });
  }
  options.report({ type: 'setup.started', item: 'Docker engine', detail: 'starting one of our own' });
  const own = await startOwnEngine(place, options.signal);
  options.report({ type: 'setup.finished', item: 'Docker engine', detail: `runs at ${own.host}` });
  return own;
}

async function missingPackages(needed: Readonly<Record<string, string>>): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(needed).map(async ([program, name]) =>
      (await findProgram(program)) === undefined ? [name] : [],
    ),
  );
  return [...new Set(found.flat())];
}

async function install(
  packages: readonly string[],
  refusals: readonly string[],
  options: UpOptions,
): Promise<void> {
  const { debianLike, id } = await readOsRelease();
  const why = [`a rehearsal needs ${packages.join(' and ')}`, ...refusals].join('; ');
  const steps = [
    ['apt-get', 'update'],
    [
      'apt-get',
      'install',
      '--yes',
      '--no-install-recommends',
      ...packages,
      ...(packages.includes('docker.io') ? ['iptables'] : []),
    ],
  ];
  const commands = steps.map((words) => `${isRoot() ? '' : 'sudo '}${words.join(' ')}`);
  if (!debianLike) {
    throw new RehearsalError('missing', why, {
      remedy: `install them as ${id} does; the commands below are Debian's`,
      commands,
    });
  }
  if (!isRoot())
    throw new RehearsalError('missing', why, {
      remedy: 'install them as root, then run the same command again',
      commands,
    });
  if (!(await options.consent({ why, packages, commands }))) {
    throw new RehearsalError('missing', why, {
      remedy: 'run the same command with --yes, or install them yourself',
      commands,
    });
  }
  const item = packages.join(' and ');
  options.report({ type: 'setup.started', item, detail: 'installing' });
  for (const [program = '', ...args] of steps) {
    await run(program, args, {
      signal: options.signal,
      environment: { PATH: wholePath(), HOME: '/root', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => options.report({ type: 'setup.progress', item, detail: line }),
    });
  }
  options.report({ type: 'setup.finished', item, detail: 'installed' });
}
