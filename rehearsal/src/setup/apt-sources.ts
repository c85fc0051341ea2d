/** Where a root filesystem's packages come from: where this machine's own come from, if it is a Debian. */

import { execa } from 'execa';
import type { Distribution } from '../model.ts';
import type { OsRelease } from './os-release.ts';

export interface AptSources {
  /** `http://deb.debian.org/debian/` */
  readonly archive: string;
  readonly security: string;
  /** apt's settings for the way there: `Acquire::http::Proxy "http://proxy:3128";` */
  readonly settings: readonly string[];
}

const DEBIAN: AptSources = {
  archive: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
  settings: [],
};

/** Settings that say how to reach a mirror, or what is peculiar about it. */
const TAKEN_OVER = /^Acquire::(https?::(Proxy|No-Proxy)(::\S+)?|Check-Valid-Until) /i;

export async function readAptSources(os: OsRelease): Promise<AptSources> {
  if (!os.debianLike) return DEBIAN;
  const targets = await query('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT)',
    'Created-By: Packages',
  ]);
  const settings = (await query('apt-config', ['dump'])).split('\n').filter((line) => TAKEN_OVER.test(line));
  return { ...(os.id === 'debian' ? mirrorsIn(targets, os.codename) : DEBIAN), settings };
}

async function query(program: string, args: readonly string[]): Promise<string> {
  const { stdout, failed } = await execa(program, args, { reject: false, stdin: 'ignore' });
  return failed ? '' : stdout;
}

/** Pure. `targets`: lines of address, suite and component. What can't be used in a container is left out. */
export function mirrorsIn(targets: string, codename: string): AptSources {
  const main = targets
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([uri, , component]) => component === 'main' && /^https?:/.test(uri ?? ''));
  const uriOf = (suite: string) => main.find(([, release]) => release === suite)?.[0];
  return {
    archive: uriOf(codename) ?? DEBIAN.archive,
    security: uriOf(`${codename}-security`) ?? DEBIAN.security,
    settings: [],
  };
}

export function codenameOf(distribution: Distribution): string {
  return { 'debian-12': 'bookworm', 'debian-13': 'trixie' }[distribution];
}

/** Lines of a sources.list, with updates and security fixes. */
export function sourcesList(distribution: Distribution, { archive, security }: AptSources): string[] {
  const codename = codenameOf(distribution);
  return [
    `deb ${archive} ${codename} main`,
    `deb ${archive} ${codename}-updates main`,
    `deb ${security} ${codename}-security main`,
  ];
}

/** A proxy on this machine's own loopback serves this machine only. */
export function settingsForContainers({ settings }: AptSources): string[] {
  return settings.filter((line) => !/"\w+:\/\/(localhost|127\.|\[::1\])/.test(line));
}
