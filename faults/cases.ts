/** All cases, in the order of the table. */

import { bake } from './kill/bake.ts';
import { sweep } from './kill/sweep.ts';
import type { Case } from './model.ts';

export const cases: readonly Case[] = [...sweep(bake, { SIGKILL: ['ec2:RunInstances#1 after'] })];
