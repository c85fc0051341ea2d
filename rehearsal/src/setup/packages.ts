/** Packages that must be on the system itself: asked about once, all together, then installed. */

import { RehearsalError, type SystemInstall, type UpOptions } from '../model.ts';
import { run } from '../run.ts';
import type { OsRelease } from './os-release.ts';
import { isRoot } from './programs.ts';
import { reported } from './progress.ts';

/** Something that the machine lacks. */
export interface Need {
  readonly of: 'engine' | 'builder' | 'python';
  /** `a Docker engine` */
  readonly what: string;
  /** Names in Debian. */
  readonly packages: readonly string[];
  /** What is there but can't be used, and why. */
  readonly because?: readonly string[];
  /** What has to be done beside installing packages. */
  readonly commands?: readonly string[];
}

/** Installs what is needed, or says how. @throws RehearsalError `missing` */
export async function installNeeds(
  needs: readonly Need[],
  os: OsRelease,
  options: Pick<UpOptions, 'consent' | 'report' | 'signal'>,
): Promise<void> {
  if (needs.length === 0) return;
  const install = systemInstall(needs, isRoot() ? [] : ['sudo']);
  if (!os.debianLike) throw refuse(install, [], "install them with this system's own package manager");
  if (!isRoot()) throw refuse(install, install.commands, 'run these commands, then the same command again');
  if (!(await options.consent(install)))
    throw refuse(install, install.commands, 'run these commands, or answer the question with yes');
  await reported(options.report, 'System packages', install.packages.join(' '), async (tell) => {
    for (const [program = '', ...args] of aptCommands(install.packages)) {
      await run(program, args, {
        signal: options.signal,
        environment: aptEnvironment(),
        onLine: tell,
      });
    }
  });
}

/** Pure. */
export function systemInstall(needs: readonly Need[], prefix: readonly string[]): SystemInstall {
  const packages = [...new Set(needs.flatMap((need) => need.packages))];
  const whats = needs.map(({ what, because = [] }) =>
    because.length === 0 ? what : `${what} (${because.join('; ')})`,
  );
  return {
    why: `the rehearsal needs ${whats.join(', ')}`,
    packages,
    commands: [
      ...aptCommands(packages).map((command) => [...prefix, ...command].join(' ')),
      ...needs.flatMap(({ commands = [] }) => commands),
    ],
  };
}

function aptCommands(packages: readonly string[]): string[][] {
  if (packages.length === 0) return [];
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  return [
    ['apt-get', 'update', ...patience],
    ['apt-get', 'install', '-y', '--no-install-recommends', ...patience, ...packages],
  ];
}

/** Nothing is asked on the way, and no service of somebody else's is restarted. */
function aptEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(inherited),
    DEBIAN_FRONTEND: 'noninteractive',
    NEEDRESTART_MODE: 'l',
  };
}

function refuse(install: SystemInstall, commands: readonly string[], remedy: string): RehearsalError {
  const names = install.packages.join(', ');
  const where = names === '' ? '' : `; in Debian that is in ${names}`;
  return new RehearsalError('missing', `${install.why}${where}`, { commands, remedy });
}
