/** All cases, in the order of the table. */

import type { Case } from './model.ts';

export const cases: readonly Case[] = [];
