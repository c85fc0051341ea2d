/** Compares a policy with the calls that a command has made. */

import assert from 'node:assert/strict';
import type { Policy } from '../../src/iam/policies.ts';
import { asked } from './asked.ts';

const ENCRYPTING = 'EC2 calls KMS itself, in the name of whoever encrypts; a rehearsal encrypts nothing';
const KMS = {
  'kms:CreateGrant': ENCRYPTING,
  'kms:Decrypt': ENCRYPTING,
  'kms:GenerateDataKeyWithoutPlaintext': ENCRYPTING,
  'kms:ReEncryptFrom': ENCRYPTING,
  'kms:ReEncryptTo': ENCRYPTING,
};

const UNFINISHED = 'Packer removes an image that it could not finish';

const CANCELLED = 'an interruption, and a time limit, while a command runs';

const UNREACHED = 'an instance that SSM does not reach';

const ALERTS = 'a check of alerts at a checkpoint; those of `look` are the same calls';

/** Actions that no call here asks for, and what does: the whole list. */
const RARE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bake: {
    ...KMS,
    'kms:DescribeKey': ENCRYPTING,
    'ec2:DeleteSnapshot': UNFINISHED,
    'ec2:DeregisterImage': UNFINISHED,
    's3:GetObject': 'a tree that another machine has compiled',
    'iam:PassRole': 'RunInstances with a profile; it is no call of its own',
  },
  promote: KMS,
  reap: { 'ec2:DeleteVolume': 'a volume that outlives its instance; in a rehearsal none does' },
  rollout: {
    'autoscaling:UpdateAutoScalingGroup': '--pin, and a group that has to be led back to the version before',
    'ec2:DescribeInstances': UNREACHED,
    'elasticloadbalancing:DescribeTargetHealth':
      'a group with a target group, whose instances are not healthy',
    'iam:PassRole': 'a launch template with a profile; it is no call of its own',
    's3:GetObject': 'a golden image whose report another machine has kept',
    's3:ListBucket': 'a golden image whose report another machine has kept',
    'ssm:CancelCommand': CANCELLED,
    'ssm:DescribeInstanceInformation': ALERTS,
    'ssm:GetCommandInvocation': ALERTS,
    'ssm:ListCommandInvocations': ALERTS,
    'ssm:SendCommand': ALERTS,
  },
  look: { 'ssm:CancelCommand': CANCELLED },
  maintenance: {
    'ec2:DescribeInstances': UNREACHED,
    'ssm:CancelCommand': CANCELLED,
  },
  publish: {
    's3:GetObject': 'a tree that another machine has compiled',
    's3:ListBucket': 'a tree that another machine has compiled',
  },
  push: {
    's3:GetObject': 'a tree that another machine has compiled',
    's3:ListBucket': 'looking for the bundle on AWS, where somebody else has put it',
    'ssm:CancelCommand': CANCELLED,
  },
};

/** What is only called in a rehearsal, where a push publishes what it pushes. */
const REHEARSED: Readonly<Record<string, readonly string[]>> = { push: ['s3:PutObject'] };

/** None missing, none unused. */
export function assertCovers({ name, statements }: Policy, calls: readonly string[]): void {
  const allowed = [...new Set(statements.flatMap(({ Action }) => Action))].toSorted();
  const rare = Object.keys(RARE[name] ?? {});
  const needed = asked(calls.filter((call) => !REHEARSED[name]?.includes(call)));
  const difference = {
    missing: needed.filter((action) => !allowed.includes(action)),
    unused: allowed.filter((action) => !needed.includes(action) && !rare.includes(action)),
    'rare, and needed': rare.filter((action) => needed.includes(action)),
    'rare, and not allowed': rare.filter((action) => !allowed.includes(action)),
  };
  assert.deepEqual(
    difference,
    { missing: [], unused: [], 'rare, and needed': [], 'rare, and not allowed': [] },
    `the policy ${name}`,
  );
}
