/** Parts of the schema that several keys share. */

import { z } from 'zod';
import * as field from './fields.ts';
import { says } from './message.ts';

export const artifact = z.strictObject({
  from: field.fetchedFrom.describe(
    'Where bake fetches it: `s3://BUCKET/KEY`, `https://…`, or a path relative to the fleet file.',
  ),
  sha256: field.sha256.describe('Its SHA-256, checked here and again on the builder.'),
});

const keyFile = z.strictObject({
  file: field.relativePath.optional().describe('A file of public keys, one a line.'),
  glob: field.relativePath
    .refine(field.isPlainGlob, {
      error: says('may have * and ? only', 'Write one entry for each of what the braces stand for'),
    })
    .optional()
    .describe('All files that match, such as `keys/*.pub`, in the order of their names.'),
});

export const authorizedKeys = z
  .array(
    z.union([z.string(), keyFile.meta({ oneOf: [{ required: ['file'] }, { required: ['glob'] }] })], {
      error: 'must be a public key in quotes, { file: … } or { glob: … }',
    }),
  )
  .default([]);

/** Names the environment variable that holds a secret; the secret itself is never read with the file. */
export function environmentReference(variable: string, remedy: string) {
  return z
    .string()
    .regex(/^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/, {
      error: says(
        'must be exactly "${env:NAME}": a secret written into the fleet file would be in its history for ever',
        remedy,
      ),
    })
    .meta({
      description: 'The environment variable that holds the secret, as "${env:NAME}".',
      examples: [`\${env:${variable}}`],
    });
}

const secret = environmentReference(
  'DEPLOY_TOKEN',
  'Put the secret into an environment variable and name that: { secret: "${env:DEPLOY_TOKEN}" }',
);

export const stepEnvironment = z
  .record(
    field.environmentName,
    z.union([z.string(), z.strictObject({ secret })], {
      error: 'must be a text, or { secret: "${env:NAME}" }',
    }),
  )
  .default({});

/** The amazon plugin renders a tag as a Go template until nothing changes, so that no escape lasts. */
const notATemplate = (tag: string) => !tag.includes('{{');
const aTemplate = {
  error: says(
    'has a {{, which Packer runs as a template and cannot be told to leave alone',
    'Write it without {{; bake:run, bake:commit and bake:source-ami say what differs from bake to bake',
  ),
};

/** HCL knows texts in Unicode's normalization form C only: another one would arrive as other bytes. */
const isComposed = (tag: string) => tag === tag.normalize('NFC');
const notComposed = {
  error: says(
    'has a letter written as two characters, a letter and its accent, which HCL makes one of',
    'Type it again, or convert the file: uconv -x nfc',
  ),
};

const tagKey = z
  .string()
  .min(1, { error: 'must be a tag key: 1 to 128 characters' })
  .max(128, { error: 'must be a tag key: 1 to 128 characters' })
  .refine((tag) => !/^aws:/i.test(tag), {
    error: says('begins with aws:, which AWS keeps to itself', 'Choose another prefix'),
  })
  .refine((tag) => !/^bake:/i.test(tag), {
    error: says('begins with bake:, as the tags do that bake finds its images by', 'Choose another prefix'),
  })
  .refine(notATemplate, aTemplate)
  .refine(isComposed, notComposed);

const tagValue = z
  .string()
  .max(256, { error: 'must be a tag value: at most 256 characters' })
  .refine(notATemplate, aTemplate)
  .refine(isComposed, notComposed);

export const tags = z.record(tagKey, tagValue).default({});
