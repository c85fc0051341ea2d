/** The schema of the fleet's own checks on the boot that proves an image. */

import { z } from 'zod';
import { name } from './fields.ts';
import * as ossecField from './fields-ossec.ts';

const check = z.strictObject({
  name: name.describe('Shown with its result; unique for a role.'),
  run: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(4000, { error: 'must be at most 4,000 characters; put more into a file of the image' })
    .meta({
      description: 'Run by bash as root on the booted image; exit code 0 is what is wanted.',
      examples: ['curl --fail --silent http://localhost/health'],
    }),
  within: ossecField.duration
    .default('30s')
    .describe('It is tried again for so long: services may still be starting.'),
});

export const verify = z
  .strictObject({ checks: z.array(check).default([]).describe('Commands of your own on the booted image.') })
  .prefault({});
