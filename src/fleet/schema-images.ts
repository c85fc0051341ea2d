/** The schema of what becomes of finished images: what is kept of them, and who gets them. */

import { z } from 'zod';
import * as field from './fields.ts';
import * as ossecField from './fields-ossec.ts';
import { says } from './message.ts';

const account = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? says('must be in quotes: YAML reads it as a number', 'Write the account in quotes')
        : undefined,
  })
  .regex(/^[0-9]{12}$/, { error: 'must be an AWS account: 12 digits in quotes' })
  .meta({ examples: ['222222222222'] });

const parameters = z
  .string()
  .regex(/^(\/[A-Za-z0-9_.-]+){1,10}$/, { error: 'must be a path of SSM parameters, such as /golden' })
  .refine((path) => !/^\/(aws|ssm)/i.test(path), { error: 'begins with a name that AWS keeps to itself' })
  .meta({ examples: ['/golden'] });

export const images = z
  .strictObject({
    reports: ossecField.s3Prefix
      .optional()
      .describe(
        'Where what is known of each image is kept for other machines: `s3://BUCKET/PREFIX`. Default: only beside the build, in `.bake`.',
      ),
    parameters: parameters
      .optional()
      .describe(
        'Path of SSM parameters that `bake images promote` writes: with `/golden`, the AMI id of the web role is in `/golden/web`, and what else is known of it in `/golden/web/about`.',
      ),
    regions: z
      .record(
        field.region,
        z.strictObject({
          kms_key: field.kmsKey
            .optional()
            .describe('KMS key of that region that encrypts the copies; needed where `accounts` get them.'),
        }),
      )
      .default({})
      .meta({
        description: 'Further regions that promoted images are copied to.',
        examples: [{ 'eu-west-1': { kms_key: 'alias/images' } }],
      }),
    accounts: z
      .array(account)
      .default([])
      .describe('Accounts that may launch promoted images. An encrypted image needs a KMS key of your own.'),
    deprecate_after: ossecField.duration
      .default('30d')
      .describe(
        'How long after a promotion the images before it count as current: then they are deprecated.',
      ),
    prune_shared: z
      .boolean()
      .default(false)
      .describe(
        '`true`: that another account may launch an image does not keep it from being cleaned up. AWS does not say whether one does.',
      ),
  })
  .prefault({})
  .describe('What is kept of finished images, and who gets them.');
