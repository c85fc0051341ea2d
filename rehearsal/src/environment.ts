/** The environment of every program that a rehearsal starts. Pure. */

import type { Rehearsal } from './model.ts';

/** What programs need of the user's environment, and nothing that could lead a call elsewhere. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'TZ', 'XDG_RUNTIME_DIR'];

/** Built from an allow-list: no profile, endpoint variable, proxy or configuration file of the user's has a say. */
export function childEnvironment(
  rehearsal: Pick<Rehearsal, 'endpoint' | 'accessKeyId' | 'secretAccessKey'>,
  parent: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = parent[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: rehearsal.endpoint,
    AWS_ACCESS_KEY_ID: rehearsal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rehearsal.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '*',
    CHECKPOINT_DISABLE: '1',
  };
}
