/** Fleet → images: which there are, where each starts, and what is done to it, in order. Pure. */

import type { Fleet, Role } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { BASE, type ImagePlan } from './model.ts';
import {
  authorizedKeys,
  inventory,
  layerSteps,
  numbered,
  ossec,
  ossecConfig,
  ossecEnable,
  sealBaseline,
  sealClean,
  sealQuiet,
  ssmAgent,
  type Unnumbered,
  waitForBoot,
} from './steps.ts';

/** The image that every role stands on. */
export function planBase(fleet: Fleet): ImagePlan {
  return {
    name: BASE,
    origin: { kind: 'source', source: fleet.source },
    steps: numbered([
      waitForBoot(),
      ...baseLayer(fleet),
      ossecConfig(effectiveOssec(fleet)),
      sealQuiet({ autoUpdate: false }),
      inventory(),
      sealClean({ isLast: true }),
    ]),
    instanceType: fleet.builder.instanceType,
    tags: fleet.tags,
  };
}

/** A role on its base image; `flat`: base and role in one image, straight from the source image. */
export function planRole(fleet: Fleet, role: Role, { flat }: { flat: boolean }): ImagePlan {
  const base = flat ? baseLayer(fleet) : [];
  const config = effectiveOssec(fleet, role);
  return {
    name: role.name,
    origin: flat ? { kind: 'source', source: fleet.source } : { kind: 'base' },
    steps: numbered([
      waitForBoot(),
      ...base,
      ...layerSteps(role.name, role),
      ossecConfig(config),
      ossecEnable(),
      sealQuiet(role),
      inventory(),
      sealClean({ isLast: false }),
      sealBaseline(config),
    ]),
    instanceType: role.instanceType,
    tags: { ...fleet.tags, ...role.tags },
  };
}

/** The images of a command, base first where a role stands on it. */
export function planImages(fleet: Fleet, roles: readonly Role[], options: { flat: boolean }): ImagePlan[] {
  const images = roles.map((role) => planRole(fleet, role, options));
  return options.flat ? images : [planBase(fleet), ...images];
}

/** The base layer, with OSSEC installed; its configuration is each image's own. */
function baseLayer(fleet: Fleet): Unnumbered[] {
  return [
    ...layerSteps(BASE, fleet.base),
    ...authorizedKeys(fleet),
    ...ssmAgent(fleet.base),
    ossec(fleet.ossec),
  ];
}
