/** Why AWS has refused a call, by its names. Pure. */

import { Failed } from '../../failure.ts';

/** `InstanceRefreshInProgress`: the SDK adds `Fault` to some of the names. */
export function isRefusal(error: unknown, code: string): boolean {
  return (
    error instanceof Failed &&
    error.failures.some((failure) => failure.kind === 'aws' && failure.code.replace(/Fault$/, '') === code)
  );
}
