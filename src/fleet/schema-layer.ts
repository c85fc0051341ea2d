/** The schema of what base and roles are made of. */

import { z } from 'zod';
import * as field from './fields.ts';
import { roleOssec } from './schema-ossec.ts';
import { artifact, authorizedKeys, stepEnvironment, tags } from './schema-parts.ts';
import { rollout } from './schema-rollout.ts';
import { verify } from './schema-verify.ts';

const user = z.strictObject({
  name: field.userName.meta({ description: 'Login name.', examples: ['deploy'] }),
  sudo: z.boolean().default(false).describe('May become root without a password.'),
  groups: z
    .array(field.accountName)
    .default([])
    .describe('Further groups; those that do not exist are created.'),
  shell: field.absolutePath.default('/bin/bash').describe('Login shell.'),
  authorized_keys: authorizedKeys.describe('Public keys that log in as this user.'),
});

const file = z
  .strictObject({
    path: field.placedPath.meta({
      description: 'Where it goes on the machine. A role may replace a file of base.',
      examples: ['/etc/motd'],
    }),
    content: z.string().optional().describe('The text of the file.'),
    source: field.relativePath
      .optional()
      .describe(
        'A file, or a folder whose files are all placed below `path`. Relative to the fleet file, and inside of its folder.',
      ),
    owner: field.accountName.default('root').describe('Owner, by name.'),
    group: field.accountName.default('root').describe('Group, by name.'),
    mode: field.mode
      .optional()
      .describe(
        'Permissions in octal and in quotes. Default: "0755" for a `source` that is executable, otherwise "0644".',
      ),
  })
  .meta({ oneOf: [{ required: ['content'] }, { required: ['source'] }] });

const step = z.strictObject({
  name: field.name.meta({ description: 'Shown while the step runs.', examples: ['harden'] }),
  script: field.relativePath.meta({
    description: 'Script with a `#!` line, run as root on the builder. It should be safe to run twice.',
    examples: ['steps/harden.sh'],
  }),
  env: stepEnvironment.describe(
    'Environment of the script. A secret is only named, `{ secret: "${env:NAME}" }`, and bake itself writes it into no file, log or image.',
  ),
});

const layer = {
  packages: z.array(field.packageName).default([]).describe('Debian packages: `NAME`, or `NAME=VERSION`.'),
  users: z.array(user).default([]).describe('Users, by name, without passwords.'),
  files: z.array(file).default([]).describe('Files to place, after packages and users.'),
  services: z.array(field.unitName).default([]).describe('systemd units to enable at boot.'),
  steps: z.array(step).default([]).describe('Scripts of your own, run last and in this order.'),
};

export const base = z
  .strictObject({
    authorized_keys: authorizedKeys.describe(
      "Public keys that log in as the builder's SSH user, on every instance.",
    ),
    ...layer,
    ssm_agent: artifact
      .optional()
      .describe('Installs the SSM agent from this .deb. Alerts and pushes to running instances need it.'),
  })
  .prefault({})
  .describe('What every server has. The base image is baked first; roles stand on it.');

const ports = z
  .array(
    z.union(
      [
        z
          .int()
          .min(1, { error: 'must be a port from 1 to 65535' })
          .max(65_535, { error: 'must be a port from 1 to 65535' }),
        z
          .string()
          .regex(/^[0-9]{1,5}(\/(tcp|udp))?$/, { error: 'must be a port, such as 80, 443/tcp or 53/udp' })
          .refine((text) => !/^[0-9]{1,5}(\/|$)/.test(text) || isPort(Number.parseInt(text, 10)), {
            error: 'must be a port from 1 to 65535',
          }),
      ],
      { error: 'must be a port, such as 80, 443/tcp or 53/udp' },
    ),
  )
  .default([]);

function isPort(number: number): boolean {
  return number >= 1 && number <= 65_535;
}

export const role = z.strictObject({
  ...layer,
  internet_facing: z
    .boolean()
    .default(false)
    .describe('Anyone can reach its SSH or web ports: single failed logins are then no news.'),
  ossec: roleOssec,
  listens: ports.describe(
    'Ports that its services listen on: `80`, `443/tcp`, `53/udp`. Any other is an alarm.',
  ),
  writes: z
    .array(field.deployedFolder)
    .default([])
    .describe(
      'Folders that deployments change on running instances, absolute: no alarm in a maintenance window.',
    ),
  opens: ports.describe(
    'Ports that deployments open for a while, as in `listens`: no alarm in a maintenance window.',
  ),
  auto_update: z
    .boolean()
    .default(false)
    .describe(
      'Its instances upgrade their packages in place, every day. What a package brings and checks out is then no alarm.',
    ),
  instance_type: field.instanceType
    .optional()
    .describe("Instance type that bakes this role. Default: the builder's."),
  tags: tags.describe("Tags of this role's builder, images and snapshots, in addition to the fleet's."),
  groups: z
    .array(field.groupName)
    .default([])
    .describe("Auto Scaling groups that this role's images roll onto."),
  group_tags: z
    .record(
      z.string().min(1, { error: 'must not be empty' }),
      z.string().min(1, { error: 'must not be empty' }),
    )
    .default({})
    .meta({
      description:
        'Tags of further groups: all that have every one of these, and are there when a rollout begins.',
      examples: [{ Role: 'web' }],
    }),
  verify: verify.describe("What `bake verify` checks on this role, beside the fleet's checks."),
  rollout: rollout.describe("How this role's images roll out: each setting comes before the fleet's."),
});
