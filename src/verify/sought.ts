/** Which secrets of a bake must be nowhere in its image. Pure. */

import type { Fleet, Role, StepValue } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';

/** Names of environment variables: all that steps of base and role get, but for hooks that are baked in on request. */
export function soughtSecrets(fleet: Fleet, role: Role): string[] {
  const steps = [...fleet.base.steps, ...role.steps];
  const names = steps.flatMap(({ environment }) => Object.values(environment).flatMap(secretName));
  const baked = new Set(
    effectiveOssec(fleet, role).hooks.flatMap(({ url }) =>
      url.kind === 'in-image' ? [url.environmentVariable] : [],
    ),
  );
  return [...new Set(names)].filter((name) => !baked.has(name)).sort();
}

function secretName(value: StepValue): string[] {
  return value.kind === 'secret' ? [value.environmentVariable] : [];
}
