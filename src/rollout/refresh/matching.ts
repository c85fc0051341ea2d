/** Whether an instance is what a configuration would launch. Pure. */

import type { Configuration, LaunchTemplateRef } from '../model.ts';
import type { Member } from './state.ts';

/**
 * [skip-matching]: what counts is the launch template, its version, and the instance types of a mixed
 * instances policy. `$Latest` and `$Default` match no instance here: an instance's version is a number.
 */
export function matches(
  member: Pick<Member, 'launchTemplate' | 'instanceType'>,
  configuration: Configuration,
): boolean {
  const { launchTemplate, mixed } = configuration;
  if (mixed === undefined || mixed.overrides.length === 0) {
    return isSame(member.launchTemplate, launchTemplate);
  }
  const override = mixed.overrides.find(({ instanceType }) => instanceType === member.instanceType);
  return override !== undefined && isSame(member.launchTemplate, override.launchTemplate ?? launchTemplate);
}

function isSame(one: LaunchTemplateRef | undefined, other: LaunchTemplateRef): boolean {
  return one !== undefined && one.id === other.id && one.version === other.version;
}
