/** All broken worlds, in the order of the table. */

import type { Case } from '../model.ts';
import { api } from './api.ts';
import { builder } from './builder.ts';
import { machine } from './machine.ts';
import { twice } from './twice.ts';

export const broken: readonly Case[] = [...api, ...builder, ...machine, ...twice];
