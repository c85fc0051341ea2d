/** Why AWS has refused a call, by its names. Pure. */

import { Failed } from '../../failure.ts';

/** `InstanceRefreshInProgress`: the SDK adds `Fault` to some of the names. */
export function isRefusal(error: unknown, code: string): boolean {
  return (
    error instanceof Failed &&
    error.failures.some((failure) => failure.kind === 'aws' && failure.code.replace(/Fault$/, '') === code)
  );
}

const DENIED = /^(UnauthorizedOperation|AccessDenied|AccessDeniedException)$/;

/** `autoscaling:DescribeScalingActivities`, where the credentials may not call it; undefined for anything else. */
export function deniedAction(error: unknown): string | undefined {
  if (!(error instanceof Failed)) return undefined;
  const [first] = error.failures.flatMap((failure) =>
    failure.kind === 'aws' && DENIED.test(failure.code) ? [failure.operation] : [],
  );
  return first;
}
