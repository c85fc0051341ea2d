import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLeftovers } from '../../src/world/leftovers.ts';
import { ImaginedEc2 } from './imagined-ec2.ts';

const GROUP = { kind: 'security group', id: 'sg-1' } as const;

/** A group that an instance still has for so many attempts. */
function scene(usedFor: number) {
  const ec2 = new ImaginedEc2();
  ec2.group = { vpc: 'vpc-1', name: 'x', tags: [], out: [], in: [] };
  ec2.usedFor = usedFor;
  let pauses = 0;
  const pause = async () => {
    pauses += 1;
  };
  const leftovers = openLeftovers(async () => ec2.client, pause);
  return { ec2, leftovers, pauses: () => pauses };
}

test('a security group goes as soon as no instance has it any more', async () => {
  const { ec2, leftovers, pauses } = scene(4);
  await leftovers.remove(GROUP);
  assert.equal(ec2.group, undefined);
  assert.ok(pauses() >= 4);
});

test('one that stays in use is a failure in the end, with what to do', async () => {
  const { leftovers, pauses } = scene(Number.POSITIVE_INFINITY);
  await assert.rejects(leftovers.remove(GROUP), /DependencyViolation/);
  assert.ok(pauses() > 10);
});
