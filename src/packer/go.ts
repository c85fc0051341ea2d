/** Builds the pinned programs with the machine's Go. */

import type { Environment } from '../context.ts';
import { fail, interruption } from '../failure.ts';
import { findProgram, type Ran, runProgram } from '../world/processes.ts';
import { BUILD_FLAGS, type Toolchain } from './toolchain.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from './versions.ts';

/** Ubuntu 22.04's. The oldest that was tried is Debian 12's, 1.19. */
const OLDEST: Version = [1, 18, 0];
/** From this release on, Go fetches the newer release that a module asks for. */
const FETCHES_NEWER: Version = [1, 21, 0];

export interface Go {
  readonly path: string;
  readonly version: Version;
  /** `linux-amd64` */
  readonly platform: string;
}

export async function findGo(environment: Environment): Promise<Go | undefined> {
  const path = await findProgram('go', environment);
  if (path === undefined) return undefined;
  const { stdout } = await runProgram(path, ['env', 'GOVERSION', 'GOHOSTOS', 'GOHOSTARCH'], {
    environment,
    timeoutMilliseconds: 10_000,
  });
  const [release = '', system = '', architecture = ''] = stdout.split('\n');
  const version = parseVersion(release);
  return version === undefined ? undefined : { path, version, platform: `${system}-${architecture}` };
}

export interface Shortcoming {
  readonly problem: string;
  readonly remedy: string;
  readonly commands: readonly string[];
}

/** Why this Go can't build the module, and what to do; undefined where it can, or can fetch one that can. */
export function goShortcoming(
  go: Go,
  needed: Version,
  { GOTOOLCHAIN }: Environment,
): Shortcoming | undefined {
  if (compareVersions(go.version, needed) >= 0) return undefined;
  const problem = `Go ${formatVersion(go.version)} is too old to build Packer, which needs Go ${formatVersion(needed)}`;
  if (compareVersions(go.version, OLDEST) < 0) {
    const remedy = 'install Go 1.18 or later ("Download and install" on go.dev): bake fetches what it needs';
    return { problem, remedy, commands: [] };
  }
  if (GOTOOLCHAIN !== 'local') return undefined;
  return { problem, remedy: 'let it fetch the newer one, or install that', commands: ['unset GOTOOLCHAIN'] };
}

/** Whether this Go has to be told to fetch the one that is needed. */
export function needsNewer(go: Go, needed: Version): boolean {
  return compareVersions(go.version, needed) < 0 && compareVersions(go.version, FETCHES_NEWER) < 0;
}

/** Something that Go does for the module. */
export interface GoWork {
  readonly go: Go;
  readonly toolchain: Toolchain;
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

export interface GoBuild extends GoWork {
  /** Import path of the program. */
  readonly program: string;
  /** Path of the file that is made. */
  readonly output: string;
  readonly progress: (detail: string) => void;
}

/** Builds one program of the module; fails with the last lines of the compiler. */
export async function goBuild(build: GoBuild): Promise<void> {
  const total = await countStale(build);
  let compiled = 0;
  const ran = await runGo(
    build,
    ['build', '-v', ...BUILD_FLAGS, '-o', build.output, build.program],
    (line) => {
      compiled += 1;
      build.progress(`compiling ${compiled} of ${total}: ${line}`);
    },
  );
  if (ran.exitCode !== 0) failBuild({ ...build, what: build.program }, ran);
}

/** Downloads the modules on the way, which Go reports on standard error. */
async function countStale(build: GoBuild): Promise<number> {
  let downloads = 0;
  const format = '{{if .Stale}}{{.ImportPath}}{{end}}';
  const ran = await runGo(build, ['list', '-deps', ...BUILD_FLAGS, '-f', format, build.program], (line) => {
    downloads += 1;
    build.progress(`downloading source ${downloads}: ${line.replace('go: downloading ', '')}`);
  });
  if (ran.exitCode !== 0) failBuild({ ...build, what: build.program }, ran);
  return ran.stdout.split('\n').filter((line) => line !== '').length;
}

/** Distributions switch the fetching of newer releases off; only the user's own word against it counts. */
function runGo(build: GoBuild, args: readonly string[], onErrorLine: (line: string) => void): Promise<Ran> {
  const { GOOS, GOARCH, GOROOT, GOTOOLCHAIN = 'auto', ...environment } = build.environment;
  return runProgram(build.go.path, args, {
    cwd: build.toolchain.folder,
    environment: { ...environment, GOTOOLCHAIN, GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' },
    signal: build.signal,
    onErrorLine,
  });
}

const REMEDIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/no space left on device|disk quota exceeded/, 'free some disk space: Go needs about 5 GB for the build'],
  [
    /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|proxyconnect/,
    'Go could not reach its module proxy: check the network and GOPROXY',
  ],
  [/requires go >=|toolchain not available/, 'install a newer Go, or let Go fetch it (GOTOOLCHAIN=auto)'],
];

/** @throws Failed with what Go said last */
export function failBuild(
  { what, signal }: GoWork & { readonly what: string },
  { stdout, stderr }: Ran,
): never {
  if (signal?.aborted) fail(interruption({ problem: `stopped while ${what} was being built` }));
  const said = `${stderr}\n${stdout}`;
  const lines = said.split('\n').filter((line) => line.includes(' ') && !line.startsWith('go: downloading'));
  const remedy = REMEDIES.find(([pattern]) => pattern.test(said))?.[1];
  fail({
    kind: 'prerequisite',
    problem: `Go could not build ${what}: ${lines.slice(-5).join('; ') || 'it was killed'}`,
    remedy: `${remedy ?? 'Go says why'}; or install Packer yourself ("Install Packer" on developer.hashicorp.com)`,
  });
}
