/** The environment that Packer and its plugins run in. Pure. */

import type { Environment } from '../context.ts';
import type { PackerTools } from './tools.ts';

/** Variables of the user's that would change what is baked, or where Packer looks and writes. */
const UNWANTED = /^(?:PKR_VAR_|PACKER_(?:CONFIG$|LOG_PATH$)|HCP_)/;

/**
 * `environment` with what Packer needs: temporary files in `privateFolder`, the secrets as its variables, in
 * base64, which neither HCL's normalization nor a template or a shell on the way can change.
 * A secret passes through files of Packer's in TMPDIR on its way to the builder.
 */
export function packerEnvironment(options: {
  readonly environment: Environment;
  readonly tools: Pick<PackerTools, 'environment'>;
  readonly privateFolder: string;
  readonly secrets: Readonly<Record<string, string>>;
}): Record<string, string> {
  const inherited = Object.entries(options.environment).flatMap(([name, value]) =>
    value === undefined || UNWANTED.test(name) ? [] : [[name, value] as const],
  );
  const secrets = Object.entries(options.secrets).map(
    ([name, value]) => [`PKR_VAR_${name}`, Buffer.from(value).toString('base64')] as const,
  );
  return {
    ...Object.fromEntries(inherited),
    ...options.tools.environment,
    TMPDIR: options.privateFolder,
    PACKER_CACHE_DIR: options.privateFolder,
    ...Object.fromEntries(secrets),
  };
}

/** What emulators are given (`test`) is none. */
const SHORTEST_CREDENTIAL = 16;

/** What must never be shown: the secrets, and the credentials that Packer works with. */
export function sensitiveValues(
  environment: Environment,
  secrets: Readonly<Record<string, string>>,
): string[] {
  const { AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = environment;
  const credentials = [AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN].filter(
    (value) => value.length >= SHORTEST_CREDENTIAL,
  );
  return [...Object.values(secrets), ...credentials];
}
