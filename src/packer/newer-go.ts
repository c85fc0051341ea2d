/** A newer Go than the machine's, fetched by that one: what Go does by itself from 1.21 on. */

import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runProgram } from '../world/processes.ts';
import { failBuild, type Go, type GoWork } from './go.ts';
import { formatVersion } from './versions.ts';

const DOWNLOADED = z.object({ Dir: z.string() });

/**
 * Go's releases are modules too, and Go checks them by its checksum database, as it does every module.
 * It stays where Go keeps modules, so that the next one who needs it finds it there.
 * @see https://go.dev/doc/toolchain#download
 */
export async function fetchGo(work: GoWork): Promise<Go> {
  const { go, toolchain, environment, signal } = work;
  const release = `go${formatVersion(toolchain.go)}`;
  const module = `golang.org/toolchain@v0.0.1-${release}.${go.platform}`;
  const { GOROOT, ...inherited } = environment;
  const ran = await runProgram(go.path, ['mod', 'download', '-json', module], {
    environment: { ...inherited, GOFLAGS: '', GOWORK: 'off' },
    signal,
  });
  if (ran.exitCode !== 0) failBuild({ ...work, what: release }, ran);
  const folder = DOWNLOADED.parse(JSON.parse(ran.stdout)).Dir;
  await makeExecutable(folder);
  return { ...go, path: join(folder, 'bin', 'go'), version: toolchain.go };
}

/** Modules come without permissions. */
async function makeExecutable(folder: string): Promise<void> {
  const entries = await Promise.all(
    ['bin', 'pkg/tool'].map((name) => readdir(join(folder, name), { recursive: true, withFileTypes: true })),
  );
  const programs = entries.flat().filter((entry) => entry.isFile());
  await Promise.all(programs.map((entry) => chmod(join(entry.parentPath, entry.name), 0o755)));
}
