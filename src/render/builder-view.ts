/** What the HCL of every instance that bake launches has in common: the view of `templates/builder.mustache`. Pure. */

import type { Fleet, SshAccess } from '../fleet/model.ts';
import { TAG } from '../plan/tags.ts';
import { quoteHcl } from './quote.ts';

export interface BuilderUse {
  readonly instanceType: string;
  /** The instance becomes an image, and is not only looked at. */
  readonly makesImage: boolean;
  /** It is in a security group that is made for it, and lets nothing out. */
  readonly isQuiet?: boolean;
}

export function builderView(
  fleet: Fleet,
  { instanceType, makesImage, isQuiet = false }: BuilderUse,
): Record<string, unknown> {
  const { builder } = fleet;
  const { sizeGiB, type, device } = builder.volume;
  return {
    ...{ instanceType, makesImage, isQuiet },
    region: fleet.region,
    subnetId: builder.subnetId,
    instanceProfile:
      makesImage || builder.ssh.via === 'session_manager' ? builder.instanceProfile : undefined,
    volume: { device, type, sizeGiB, ...builder.encryption },
    ssh: { user: builder.ssh.user, ...sshView(builder.ssh) },
  };
}

function sshView(ssh: SshAccess): Record<string, unknown> {
  if (ssh.via === 'session_manager') return { interface: 'session_manager', byAddress: false };
  const isPublic = ssh.via === 'public_address';
  return { interface: isPublic ? 'public_ip' : 'private_ip', byAddress: true, publicAddress: isPublic };
}

/** Literal tags, then those whose value is an HCL expression, by key. */
export function tagView(
  literal: Readonly<Record<string, string>>,
  expressions: Readonly<Record<string, string>>,
): Array<{ key: string; value: string }> {
  const literals = Object.entries(literal).map(([key, value]) => [key, quoteHcl(value)] as const);
  return [...literals, ...Object.entries(expressions)]
    .map(([key, value]) => ({ key: quoteHcl(key), value }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

export function identityTags(fleet: Fleet, image: string): Record<string, string> {
  return { Name: `${fleet.name}-${image}`, [TAG.fleet]: fleet.name, [TAG.role]: image };
}
