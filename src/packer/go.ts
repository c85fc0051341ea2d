/** Builds the pinned programs with the machine's Go. */

import type { Environment } from '../context.ts';
import { fail } from '../failure.ts';
import { findProgram, type Ran, runProgram } from '../world/processes.ts';
import { PACKER_COMMANDS } from './advice.ts';
import { BUILD_FLAGS, type Toolchain } from './toolchain.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from './versions.ts';

/** From this release on, Go fetches the newer release that a module asks for. */
const FETCHES_NEWER: Version = [1, 21, 0];

export interface Go {
  readonly path: string;
  readonly version: Version;
  /** Go's setting GOTOOLCHAIN: `local` forbids to fetch a newer Go. */
  readonly toolchain: string;
}

export async function findGo(environment: Environment): Promise<Go | undefined> {
  const path = await findProgram('go', environment);
  if (path === undefined) return undefined;
  const { stdout } = await runProgram(path, ['env', 'GOVERSION', 'GOTOOLCHAIN'], {
    environment,
    timeoutMilliseconds: 10_000,
  });
  const [release = '', toolchain = ''] = stdout.split('\n');
  const version = parseVersion(release);
  return version === undefined ? undefined : { path, version, toolchain };
}

/** Why this Go can't build the module, and what to do; undefined where it can. */
export function goShortcoming(go: Go, needed: Version): { problem: string; remedy: string } | undefined {
  if (compareVersions(go.version, needed) >= 0) return undefined;
  const problem = `Go ${formatVersion(go.version)} is too old to build Packer, which needs Go ${formatVersion(needed)}`;
  if (compareVersions(go.version, FETCHES_NEWER) < 0) {
    return { problem, remedy: 'install Go 1.21 or later, which fetches the release that it needs' };
  }
  if (go.toolchain !== 'local') return undefined;
  return { problem, remedy: 'let it fetch the newer one (GOTOOLCHAIN=auto), or install that' };
}

export interface GoBuild {
  readonly go: Go;
  readonly toolchain: Toolchain;
  /** Import path of the program. */
  readonly program: string;
  /** Path of the file that is made. */
  readonly output: string;
  readonly environment: Environment;
  readonly progress: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
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
  if (ran.exitCode !== 0) failBuild(build, ran);
}

/** Downloads the modules on the way, which Go reports on standard error. */
async function countStale(build: GoBuild): Promise<number> {
  let downloads = 0;
  const format = '{{if .Stale}}{{.ImportPath}}{{end}}';
  const ran = await runGo(build, ['list', '-deps', ...BUILD_FLAGS, '-f', format, build.program], (line) => {
    downloads += 1;
    build.progress(`downloading source ${downloads}: ${line.replace('go: downloading ', '')}`);
  });
  if (ran.exitCode !== 0) failBuild(build, ran);
  return ran.stdout.split('\n').filter((line) => line !== '').length;
}

function runGo(build: GoBuild, args: readonly string[], onErrorLine: (line: string) => void): Promise<Ran> {
  const { GOOS, GOARCH, ...environment } = build.environment;
  return runProgram(build.go.path, args, {
    cwd: build.toolchain.folder,
    environment: { ...environment, GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' },
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

function failBuild({ program, signal }: GoBuild, { stderr }: Ran): never {
  if (signal?.aborted) fail({ kind: 'interrupted', problem: `stopped while ${program} was being built` });
  const lines = stderr
    .split('\n')
    .filter((line) => line.includes(' ') && !line.startsWith('go: downloading'));
  const remedy = REMEDIES.find(([pattern]) => pattern.test(stderr))?.[1];
  fail({
    kind: 'prerequisite',
    problem: `Go could not build ${program}: ${lines.slice(-5).join('; ') || 'it was killed'}`,
    remedy: `${remedy ?? 'Go says why'}; or install Packer yourself`,
    commands: PACKER_COMMANDS,
  });
}
