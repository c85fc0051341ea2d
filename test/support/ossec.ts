/** The OSSEC layer of a test's image, rendered as for a bake. */

import type { Ossec, Role } from '../../src/fleet/model.ts';
import { effectiveOssec } from '../../src/ossec/config.ts';
import { ossecConfig } from '../../src/plan/steps.ts';
import { testFleet, testOssec, testRole } from './fleet.ts';
import type { StepInput } from './step.ts';

/** The step that configures OSSEC; `parts` and `role` replace what the test fleet says. */
export function ossecConfigStep(parts: Partial<Ossec> = {}, role: Partial<Role> = {}): StepInput {
  const { values, files } = ossecConfig(
    effectiveOssec(testFleet({ ossec: testOssec({ folders: WATCHED, ...parts }) }), testRole(role)),
  );
  return {
    provisioner: 'ossec-config',
    values,
    files: Object.fromEntries(files.map(({ path, content }) => [path, content])),
  };
}

const WATCHED = [{ path: '/etc', realtime: true, reportChanges: false }];
