/** All cases, in the order of the table. */

import { broken } from './broken/cases.ts';
import { hostileInput } from './hostile/case.ts';
import { bake } from './kill/bake.ts';
import { prune } from './kill/prune.ts';
import { push } from './kill/push.ts';
import { guardedRollout, rollout } from './kill/rollout.ts';
import { sweep } from './kill/sweep.ts';
import type { Case } from './model.ts';
import { secrets } from './secrets/case.ts';

export const cases: readonly Case[] = [
  ...sweep(bake),
  ...sweep(push),
  ...sweep(rollout, { SIGINT: ['ec2:CreateLaunchTemplateVersion#2 after'] }),
  ...sweep(guardedRollout),
  ...sweep(prune, { SIGTERM: ['ec2:DisableImage#1 before'] }),
  ...broken,
  secrets,
  hostileInput,
];
