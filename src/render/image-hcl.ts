/** `image.pkr.hcl`: the one HCL file that differs from image to image. Pure. */

import type { Fleet } from '../fleet/model.ts';
import type { ImagePlan, Step } from '../plan/model.ts';
import { TAG } from '../plan/tags.ts';
import { TREE_BUILDER } from '../plan/tree-builder.ts';
import { alignHcl } from './align-hcl.ts';
import type { Assets } from './assets.ts';
import { builderView, identityTags, tagView } from './builder-view.ts';
import { quoteHcl } from './quote.ts';
import { renderTemplate } from './template.ts';

export function renderImageHcl(fleet: Fleet, image: ImagePlan, assets: Assets): string {
  return alignHcl(renderTemplate('image.pkr.hcl', view(fleet, image), quoteHcl, assets));
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
  const makesImage = image.name !== TREE_BUILDER;
  const tags = { ...image.tags, ...identityTags(fleet, image.name) };
  return {
    ...builderView(fleet, { instanceType: image.instanceType, makesImage }),
    fleet: fleet.name,
    name: image.name,
    sourceReference: `source.amazon-ebs.${image.name}`,
    description: `${image.name} image of the ${fleet.name} fleet, baked with OSSEC inside`,
    runTags: tagView(tags, RUN_TAGS),
    imageTags: tagView(tags, { ...RUN_TAGS, ...IMAGE_TAGS }),
    secretVariables: secretsOf(image).map(secretVariable),
    withoutImage: !makesImage,
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
