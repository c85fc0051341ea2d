/** The machine that tests the rules of an image and becomes none. Pure. */

import type { Fleet, Role, SourceImage } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { BASE, type ImagePlan } from './model.ts';
import { numbered, ossec, ossecConfig } from './steps.ts';

/** Of an image's steps, those that decide what its OSSEC makes of a log line: `01-ossec` and `02-ossec-config`. */
export function planRuleTest(fleet: Fleet, role: Role | undefined): ImagePlan {
  return {
    name: role?.name ?? BASE,
    origin: { kind: 'source', source: fleet.source },
    steps: numbered([ossec(fleet.ossec), ossecConfig(effectiveOssec(fleet, role))]),
    instanceType: fleet.builder.instanceType,
    tags: {},
  };
}

/** The nearest Debian to a source image, which only AWS knows whole. OSSEC's rules are the same on every one. */
export function distributionOf(source: SourceImage): 'debian-12' | 'debian-13' {
  const name = source.kind === 'ami' ? source.id : source.name;
  return /debian(-|\/release\/)13\b/.test(name) ? 'debian-13' : 'debian-12';
}
