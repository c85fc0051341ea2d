/** What this machine lacks for a rehearsal. */

import { access } from 'node:fs/promises';
import { execa } from 'execa';
import type { DockerEngine } from '../model.ts';
import { searchEngine } from './engine-search.ts';
import type { OsRelease } from './os-release.ts';
import type { Need } from './packages.ts';
import { findProgram, isRoot } from './programs.ts';
import { findPython, type Python } from './python.ts';

export interface Inventory {
  /** An engine that runs; undefined where one of our own can be started, or is needed. */
  readonly engine: DockerEngine | undefined;
  readonly python: Python | undefined;
  readonly needs: readonly Need[];
}

export async function takeInventory(os: OsRelease): Promise<Inventory> {
  const [search, python] = await Promise.all([searchEngine(), findPython()]);
  const needs = [
    search.engine === undefined ? await engineNeed(os, search.refusals) : undefined,
    await builderNeed(),
    python === undefined
      ? {
          of: 'python' as const,
          what: 'Python 3.10 or later with pip or venv',
          packages: ['python3', 'python3-venv'],
        }
      : undefined,
  ];
  return { engine: search.engine, python, needs: needs.filter((need) => need !== undefined) };
}

/** Programs that an engine of our own needs, and where Debian has them. */
const ENGINE_PROGRAMS = { dockerd: 'docker.io', docker: 'docker.io', iptables: 'iptables' };

async function engineNeed(os: OsRelease, because: readonly string[]): Promise<Need | undefined> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(ENGINE_PROGRAMS)) {
    if ((await findProgram(program)) !== undefined) continue;
    missing.push(program === 'docker' && (await hasClientPackage(os)) ? 'docker-cli' : name);
  }
  const packages = [...new Set(missing)];
  if (isRoot()) {
    return packages.length === 0 ? undefined : { of: 'engine', what: 'a Docker engine', packages, because };
  }
  // Only root can start an engine, or let somebody use the one that runs.
  const what = 'a Docker engine that this user may use, or root, who can start one';
  return { of: 'engine', what, packages, because, commands: ENGINE_FOR_USER };
}

const ENGINE_FOR_USER = [
  'sudo systemctl start docker',
  'sudo usermod --append --groups docker "$USER"',
  'newgrp docker',
];

/** Newer Debians have the client in a package of its own. */
async function hasClientPackage(os: OsRelease): Promise<boolean> {
  if (os.id === 'debian') return !(os.version < 13);
  const { failed, stdout } = await execa('apt-cache', ['show', '--no-all-versions', 'docker-cli'], {
    reject: false,
    stdin: 'ignore',
  });
  return !failed && stdout !== '';
}

const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What builds root filesystems; on another Debian-like system, also the keys of Debian's archive. */
export async function builderNeed(): Promise<Need | undefined> {
  const packages = [];
  if ((await findProgram('mmdebstrap')) === undefined) packages.push('mmdebstrap');
  const keys = await access(DEBIAN_KEYS).then(
    () => true,
    () => false,
  );
  if (!keys) packages.push('debian-archive-keyring');
  return packages.length === 0
    ? undefined
    : { of: 'builder', what: 'a builder of Debian root filesystems', packages };
}
