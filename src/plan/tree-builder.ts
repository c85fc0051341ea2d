/** The builder that compiles OSSEC and leaves no image. Pure. */

import type { Fleet } from '../fleet/model.ts';
import type { ImagePlan } from './model.ts';
import { numbered, ossec, waitForBoot } from './steps.ts';

/** Its name in the place of an image's; no role may take it. */
export const TREE_BUILDER = 'ossec-tree';

export function planTreeBuilder(fleet: Fleet): ImagePlan {
  return {
    name: TREE_BUILDER,
    origin: { kind: 'source', source: fleet.source },
    steps: numbered([waitForBoot(), ossec(fleet.ossec)]),
    instanceType: fleet.builder.instanceType,
    tags: fleet.tags,
  };
}
