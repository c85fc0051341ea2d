/** Credentials that end while a bake runs. Pure. */

import type { Environment } from '../context.ts';
import type { BakeEvent } from '../events.ts';
import { formatDuration } from '../report/duration.ts';

/** What a bake of two layers with its proof takes on AWS, and some more. */
const BAKE_MILLISECONDS = 30 * 60 * 1000;

/**
 * A warning where the environment's credentials end soon. Those of profiles, roles and containers are renewed on
 * the way; these can't be. Undefined where nothing is known, or time enough is left.
 */
export function expiryWarning(environment: Environment, now: Date): BakeEvent | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_CREDENTIAL_EXPIRATION = '' } = environment;
  if (!AWS_ACCESS_KEY_ID || AWS_PROFILE) return undefined;
  const left = Date.parse(AWS_CREDENTIAL_EXPIRATION) - now.getTime();
  if (!(left > 0 && left < BAKE_MILLISECONDS)) return undefined;
  return {
    type: 'notice',
    level: 'warning',
    text: `the credentials in the environment end in ${formatDuration(left)} (AWS_CREDENTIAL_EXPIRATION); a bake may take longer`,
    remedy:
      'where they end first, the bake fails, and its builder stays until `bake reap`: stop now and renew them, or wait and see',
  };
}
