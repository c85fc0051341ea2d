/** Programs in a container, as root. */

import { execa } from 'execa';
import type { DockerEngine, Executed } from '../model.ts';
import { dockerEnvironment } from './docker.ts';

/** More output of one program than anybody here reads; the rest is left out. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** `-1` where the engine could not run it. */
export async function execute(
  { docker: { command, host } }: { readonly docker: Pick<DockerEngine, 'command' | 'host'> },
  container: string,
  argv: readonly string[],
  options: { readonly input?: Uint8Array; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Executed> {
  const { input = new Uint8Array(), environment = {} } = options;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const result = await execa(
    command,
    ['exec', '--interactive', container, 'env', '--ignore-environment', ...variables, ...argv],
    {
      env: dockerEnvironment(host),
      extendEnv: false,
      input,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: MOST_CHARACTERS,
    },
  );
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}
