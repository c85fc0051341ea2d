/** What a rehearsal needs of this machine, for a report; installs and starts nothing. */

import { searchEngine } from './engine-search.ts';
import { findProgram, isRoot } from './programs.ts';

export interface Check {
  readonly name: string;
  readonly status: 'there' | 'missing' | 'can be made';
  readonly detail: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}

export async function probe(): Promise<Check[]> {
  return [
    await checkEngine(),
    await checkProgram('mmdebstrap', 'mmdebstrap', 'builds the root filesystems of instances'),
    await checkProgram('python3', 'python3 python3-pip', 'runs moto'),
  ];
}

async function checkEngine(): Promise<Check> {
  const name = 'Docker engine';
  const { engine, refusals } = await searchEngine();
  if (engine !== undefined) return { name, status: 'there', detail: engine.host };
  if (isRoot() && (await findProgram('dockerd')) !== undefined) {
    return { name, status: 'can be made', detail: 'none runs; a rehearsal starts one of its own' };
  }
  const detail = refusals.join('; ') || 'none runs';
  return missing({ name, packages: 'docker.io', detail });
}

async function checkProgram(name: string, packages: string, use: string): Promise<Check> {
  const path = await findProgram(name);
  return path === undefined
    ? missing({ name, packages, detail: `not on PATH; ${use}` })
    : { name, status: 'there', detail: path };
}

/** Root with --yes, or who answers yes, gets it installed by the rehearsal itself. */
function missing({ name, packages, detail }: { name: string; packages: string; detail: string }): Check {
  return {
    name,
    status: isRoot() ? 'can be made' : 'missing',
    detail,
    remedy: isRoot() ? 'a rehearsal installs it where you agree, or with --yes' : 'install it as root',
    commands: [`${isRoot() ? '' : 'sudo '}apt-get install --yes ${packages}`],
  };
}
