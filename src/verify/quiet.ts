/**
 * An image that knows the URL of a hook would post while it is tampered with: it is booted in a security group of its
 * own that lets nothing out. Pure.
 */

import { fail } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { TAG } from '../plan/tags.ts';

/** Whether a hook's URL was baked in on request. */
export function knowsUrl(fleet: Fleet, role: Role): boolean {
  return effectiveOssec(fleet, role).hooks.some(({ url }) => url.kind === 'in-image');
}

/** The security group of a verification, as it is asked for. */
export interface QuietGroup {
  /** Unlike that of any other group. */
  readonly name: string;
  readonly description: string;
  /** Undefined: in the default VPC. */
  readonly subnetId: string | undefined;
  /** The ranges that SSH is let in from. */
  readonly sources: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export function quietGroup(
  fleet: Fleet,
  role: Role,
  { runId, sources }: { readonly runId: string; readonly sources: readonly string[] },
): QuietGroup {
  return {
    name: `bake-verify-${fleet.name}-${role.name}-${runId}`,
    description: 'Verification by bake: SSH in, nothing out',
    subnetId: fleet.builder.subnetId,
    sources,
    tags: {
      ...fleet.tags,
      ...role.tags,
      Name: `${fleet.name}-${role.name}`,
      [TAG.fleet]: fleet.name,
      [TAG.role]: role.name,
      [TAG.run]: runId,
    },
  };
}

/** @throws Failed where a role can't be verified without that its image posts: a session needs a way out to SSM */
export function refuseLoudVerification(fleet: Fleet, roles: readonly Role[]): void {
  if (fleet.builder.ssh.via !== 'session_manager') return;
  const loud = roles.filter((role) => knowsUrl(fleet, role)).map(({ name }) => name);
  if (loud.length === 0) return;
  fail({
    kind: 'input',
    problem: `${loud.join(', ')}: the image knows a hook's URL (bake_into_image), so it is verified where nothing gets out, and via: session_manager needs a way out`,
    remedy:
      'keep the URL in ssm_parameter or secrets_manager, or reach builders via: private_address or public_address; --no-verify leaves a candidate',
  });
}
