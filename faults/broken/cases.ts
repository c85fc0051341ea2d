/** All broken worlds, in the order of the table. */

import type { Case } from '../model.ts';
import { api } from './api.ts';
import { builder } from './builder.ts';
import { engine } from './engine.ts';
import { machine } from './machine.ts';
import { pending } from './pending.ts';
import { rollouts } from './rollout.ts';
import { twice } from './twice.ts';

export const broken: readonly Case[] = [
  ...api,
  ...pending,
  ...builder,
  ...machine,
  ...engine,
  ...twice,
  ...rollouts,
];
