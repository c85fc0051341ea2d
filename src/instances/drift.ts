/** What running instances are, compared with the fleet file. Pure. */

import type { RunningInstance } from './find.ts';
import type { InstanceState, Looked } from './look.ts';
import { type Change, changeOf, downOf, extraOf, type WantedOssec } from './push/change.ts';
import { lastFailure } from './push/record.ts';
import { sha256, type WantedLayer } from './push/wanted.ts';

export interface InstanceStatus {
  readonly id: string;
  readonly group: string;
  readonly role: string;
  readonly imageId: string;
  /** Undefined for an image that is none of the fleet's. */
  readonly imageName: string | undefined;
  /** As the instance says, or where it can't be asked, as the tag of the last push says. */
  readonly ossec: string | undefined;
  /** One number for its rules. */
  readonly rules: string | undefined;
  readonly pushedAt: string | undefined;
  /** Undefined: it did not answer. */
  readonly change: Change | undefined;
  /** Units that do not run. */
  readonly down: readonly string[];
  /** Drop-ins for the layer's units that are not bake's. */
  readonly extra: readonly string[];
  /** Why it did not answer. */
  readonly problem: string | undefined;
  /** Why the last push to it came to nothing; untrusted. */
  readonly lastFailure: string | undefined;
}

export interface Around {
  readonly looked: Looked<InstanceState>;
  readonly ossec: WantedOssec;
  readonly layerOf: (instance: RunningInstance) => WantedLayer;
  readonly imageIdOf: (id: string) => string | undefined;
  readonly imageNameOf: (imageId: string) => string | undefined;
  readonly tagOf: (id: string, key: 'ossec' | 'pushedAt') => string | undefined;
}

export function statusOfInstances(instances: readonly RunningInstance[], around: Around): InstanceStatus[] {
  return instances.map((instance) => {
    const { id, group, role } = instance;
    const state = around.looked.answers.get(id);
    const imageId = around.imageIdOf(id) ?? '';
    return {
      ...{ id, group, role: role.name, imageId },
      imageName: around.imageNameOf(imageId),
      ossec: state === undefined ? around.tagOf(id, 'ossec') : (state.ossec ?? undefined),
      rules: state && rulesOf(state),
      pushedAt: around.tagOf(id, 'pushedAt'),
      change: state && changeOf(state, around.layerOf(instance), around.ossec),
      down: state?.installed ? downOf(state) : [],
      extra: state === undefined ? [] : extraOf(state, around.layerOf(instance)),
      problem: around.looked.problems.get(id),
      lastFailure: lastFailure(state?.push),
    };
  });
}

function rulesOf({ layer }: InstanceState): string | undefined {
  const rules = Object.entries(layer).filter(([path]) => path.includes('/rules/'));
  if (rules.length === 0) return undefined;
  return sha256(JSON.stringify(rules.toSorted())).slice(0, 12);
}
