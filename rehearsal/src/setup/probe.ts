/** What a rehearsal needs of this machine, for a report; installs and starts nothing. */

import { takeInventory } from './needs.ts';
import { readOsRelease } from './os-release.ts';
import { type Need, systemInstall } from './packages.ts';
import { isRoot } from './programs.ts';

export interface Check {
  readonly name: string;
  readonly status: 'there' | 'missing' | 'can be made';
  readonly detail: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}

export async function probe(): Promise<Check[]> {
  const os = await readOsRelease();
  const { engine, python, needs } = await takeInventory(os);
  return [
    ...(engine === undefined ? [] : [there('Docker engine', engine.host)]),
    ...(engine === undefined && !needs.some(({ of }) => of === 'engine') ? [OWN_ENGINE] : []),
    ...(python === undefined ? [] : [there('Python', python.executable)]),
    ...(needs.some(({ of }) => of === 'builder')
      ? []
      : [there('mmdebstrap', 'builds the root filesystems of instances')]),
    ...needs.map((need) => lacking(need, os.debianLike && isRoot())),
  ];
}

const OWN_ENGINE: Check = {
  name: 'Docker engine',
  status: 'can be made',
  detail: 'none runs; a rehearsal starts one of its own',
};

function there(name: string, detail: string): Check {
  return { name, status: 'there', detail };
}

/** `installable`: root, who answers yes, gets it installed by the rehearsal itself. */
function lacking(need: Need, installable: boolean): Check {
  const { packages, commands } = systemInstall([need], isRoot() ? [] : ['sudo']);
  const where = packages.length === 0 ? [] : [`in Debian it is in ${packages.join(', ')}`];
  const detail = [...where, ...(need.because ?? [])].join('; ') || 'none answers';
  if (!installable) return { name: need.what, status: 'missing', detail, remedy: 'as root:', commands };
  const remedy = 'a rehearsal installs it where you agree, or with --yes';
  return { name: need.what, status: 'can be made', detail, remedy, commands };
}
