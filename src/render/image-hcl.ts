/** `image.pkr.hcl`: the one HCL file that differs from image to image. Pure. */

import type { Fleet, SshAccess } from '../fleet/model.ts';
import type { ImagePlan, Step } from '../plan/model.ts';
import { TAG } from '../plan/tags.ts';
import { TREE_BUILDER } from '../plan/tree-builder.ts';
import { alignHcl } from './align-hcl.ts';
import { type Assets, asset } from './assets.ts';
import { quoteHcl } from './quote.ts';
import { renderTemplate } from './template.ts';

export function renderImageHcl(fleet: Fleet, image: ImagePlan, assets: Assets): string {
  return alignHcl(
    renderTemplate(asset(assets, 'templates/image.pkr.hcl.mustache'), view(fleet, image), quoteHcl),
  );
}

/** The Packer variable that carries the secret of an environment variable; its value is never in a file. */
export function secretVariable(environmentVariable: string): string {
  return `secret_${environmentVariable}`;
}

/** The environment variables that hold the image's secrets, each once, sorted. */
export function secretsOf(image: ImagePlan): string[] {
  const names = image.steps.flatMap((step) => secretEntries(step).map(([, variable]) => variable));
  return [...new Set(names)].sort();
}

function view(fleet: Fleet, image: ImagePlan): Record<string, unknown> {
  const { builder } = fleet;
  return {
    fleet: fleet.name,
    name: image.name,
    sourceReference: `source.amazon-ebs.${image.name}`,
    description: `${image.name} image of the ${fleet.name} fleet, baked with OSSEC inside`,
    region: fleet.region,
    instanceType: image.instanceType,
    subnetId: builder.subnetId,
    instanceProfile: builder.instanceProfile,
    volume: {
      device: builder.volume.device,
      type: builder.volume.type,
      sizeGiB: builder.volume.sizeGiB,
      encrypted: builder.encryption.encrypted,
      kmsKey: builder.encryption.kmsKey,
    },
    ssh: { user: builder.ssh.user, ...sshView(builder.ssh) },
    runTags: tagView({ ...image.tags, ...identityTags(fleet, image) }, RUN_TAGS),
    imageTags: tagView({ ...image.tags, ...identityTags(fleet, image) }, { ...RUN_TAGS, ...IMAGE_TAGS }),
    secretVariables: secretsOf(image).map(secretVariable),
    withoutImage: image.name === TREE_BUILDER,
    hasArtifacts: image.steps.some(needsArtifacts),
    steps: image.steps.map(stepView),
  };
}

const RUN_TAGS = {
  [TAG.run]: 'var.run_id',
  [TAG.commit]: 'var.commit',
  [TAG.version]: 'var.bake_version',
  [TAG.fingerprint]: 'var.fingerprint',
  [TAG.generation]: 'var.generation',
};

/** The amazon plugin sets them when the image is available: what has none of them is not finished. */
const IMAGE_TAGS = {
  [TAG.sourceAmi]: 'var.source_ami',
  [TAG.state]: 'var.image_state',
};

function identityTags(fleet: Fleet, image: ImagePlan): Record<string, string> {
  return { Name: `${fleet.name}-${image.name}`, [TAG.fleet]: fleet.name, [TAG.role]: image.name };
}

/** Literal tags, then those whose value is an HCL expression, by key. */
function tagView(
  literal: Readonly<Record<string, string>>,
  expressions: Readonly<Record<string, string>>,
): Array<{ key: string; value: string }> {
  const literals = Object.entries(literal).map(([key, value]) => [key, quoteHcl(value)] as const);
  return [...literals, ...Object.entries(expressions)]
    .map(([key, value]) => ({ key: quoteHcl(key), value }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function sshView(ssh: SshAccess): Record<string, unknown> {
  if (ssh.via === 'session_manager') return { interface: 'session_manager', byAddress: false };
  const isPublic = ssh.via === 'public_address';
  return { interface: isPublic ? 'public_ip' : 'private_ip', byAddress: true, publicAddress: isPublic };
}

function stepView(step: Step): Record<string, unknown> {
  return {
    id: step.id,
    isOssec: isOssec(step),
    isInventory: step.provisioner === 'inventory',
    secrets: secretEntries(step).map(([name, variable]) => ({ name, variable: secretVariable(variable) })),
  };
}

/** OSSEC's tarball is uploaded even where the fleet names none: then it is the rehearsal's stand-in. */
function needsArtifacts(step: Step): boolean {
  return step.artifacts.length > 0 || isOssec(step);
}

function isOssec(step: Step): boolean {
  return step.provisioner === 'ossec';
}

function secretEntries(step: Step): Array<[name: string, environmentVariable: string]> {
  return Object.entries(step.environment).flatMap(([name, value]) =>
    value.kind === 'secret' ? [[name, value.environmentVariable] as [string, string]] : [],
  );
}
