/** What the user writes in `bake.yaml`: the zod schema from which `bake.schema.json` is made. */

import { z } from 'zod';
import * as field from './fields.ts';
import { says } from './message.ts';
import { images } from './schema-images.ts';
import { base, role } from './schema-layer.ts';
import { ossec } from './schema-ossec.ts';
import { tags } from './schema-parts.ts';
import { fleetRollout } from './schema-rollout.ts';
import { verify } from './schema-verify.ts';
import { sshSource } from './ssh-source.ts';

const source = z
  .strictObject({
    ami: field.amiId.optional().describe('One image, by its id.'),
    filter: z
      .strictObject({
        name: z
          .string()
          .min(1, { error: 'must not be empty' })
          .meta({
            description:
              'Name of the image; `*` and `?` stand for any characters. The newest match is taken.',
            examples: ['debian-12-amd64-*'],
          }),
        owners: z
          .array(field.owner, {
            error: (issue) =>
              issue.input === undefined
                ? says(
                    'must be given: anyone can publish an image of that name, and the newest one is taken',
                    'Add owners: ["136693071363"] for Debian\'s own images, or owners: [self]',
                  )
                : undefined,
          })
          .min(1, { error: 'must name at least one account: anyone can publish an image of that name' })
          .meta({
            description:
              'Accounts whose images are considered: ids in quotes, `self` or `amazon`. Debian is "136693071363".',
            examples: [['136693071363']],
          }),
      })
      .optional()
      .describe('The newest image with a name like this, of these owners.'),
    ssm_parameter: field.ssmParameter
      .optional()
      .describe('An SSM parameter that holds the id of an image. It is read once, before a bake.'),
  })
  .meta({
    description: 'Where every image starts: exactly one of `ami`, `filter` and `ssm_parameter`.',
    oneOf: [{ required: ['ami'] }, { required: ['filter'] }, { required: ['ssm_parameter'] }],
    examples: [{ filter: { name: 'debian-12-amd64-*', owners: ['136693071363'] } }],
  });

const ssh = z
  .strictObject({
    user: field.accountName
      .default('admin')
      .describe("The user of the source image: `admin` on Debian's, `ubuntu` on Ubuntu's."),
    via: z
      .enum(['public_address', 'private_address', 'session_manager'])
      .default('public_address')
      .describe(
        "How SSH reaches the builder. `session_manager` opens no port, but needs an `instance_profile` and a source image that has the SSM agent, which Debian's lacks.",
      ),
    from: sshSource
      .optional()
      .describe(
        'Who may reach port 22 of the builder while it runs: `my_address` (default, with `public_address` only), or ranges such as `[203.0.113.0/24]`.',
      ),
  })
  .prefault({})
  .describe('How Packer logs in to the builder.');

const volume = z
  .strictObject({
    size_gib: z
      .int()
      .min(1, { error: 'must be at least 1' })
      .max(16_384, { error: 'must be at most 16384' })
      .default(8)
      .describe('Size of the root volume in GiB; at least that of the source image.'),
    type: z.enum(['gp3', 'gp2']).default('gp3').describe('EBS volume type.'),
    device: field.device.default('/dev/xvda').describe("The source image's root device."),
  })
  .prefault({})
  .describe('The root volume.');

const encryption = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        kms_key: field.kmsKey.describe('Id, alias or ARN of the KMS key that encrypts the snapshots.'),
      }),
    ],
    { error: 'must be true, false, or { kms_key: alias/NAME }' },
  )
  .default(true)
  .describe(
    "`true`: encrypted with the account's default EBS key (which, while it is AWS's own, keeps images from being shared with other accounts). `{ kms_key: … }`: with this key. `false`: not encrypted.",
  );

const builder = z
  .strictObject({
    instance_type: field.instanceType
      .default('t3.small')
      .describe('Instance type that bakes; a role can have its own.'),
    subnet: field.subnetId.optional().describe("Subnet of the builder. Default: the default VPC's."),
    instance_profile: field.instanceProfile
      .optional()
      .describe('Instance profile of the builder. Needed for `via: session_manager` only.'),
    ssh,
    volume,
    encryption,
  })
  .prefault({})
  .describe('The EC2 instance that images are baked on.');

export const fleetFile = z
  .strictObject({
    fleet: field.name.meta({
      description: "The fleet's name: first part of every image's name.",
      examples: ['shop'],
    }),
    region: field.region.describe('AWS region that images are baked in.'),
    source,
    builder,
    tags: tags.describe('Tags of the builder, its volume, and every image and snapshot.'),
    base,
    ossec,
    images,
    verify: verify.describe('What `bake verify` checks on every role beside its own.'),
    rollout: fleetRollout.describe('How images roll onto Auto Scaling groups.'),
    roles: z
      .record(field.roleName, role)
      .default({})
      .describe('One image for each, by name. A role starts from the base image and adds to it.'),
  })
  .meta({ title: 'bake fleet file', description: 'A fleet of golden AMIs. Texts may hold `${env:NAME}`.' });

/** The checked file, with its defaults. */
export type FleetFile = z.output<typeof fleetFile>;
