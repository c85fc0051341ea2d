import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed } from '../../src/failure.ts';
import { openQuietNetwork } from '../../src/world/quiet-network.ts';
import { ImaginedEc2 } from './imagined-ec2.ts';

const WANTED = {
  name: 'bake-verify-shop-web-run-1',
  description: 'nothing out',
  subnetId: undefined,
  sources: ['203.0.113.7/32', '2001:db8::/48'],
  tags: { 'bake:run': 'run-1' },
};

function scene(parts: Partial<ImaginedEc2> = {}) {
  const ec2 = Object.assign(new ImaginedEc2(), parts);
  const network = openQuietNetwork(
    async () => ec2.client,
    async () => {
      ec2.calls.push('pause');
    },
  );
  return { ec2, network };
}

const codeOf = (error: unknown) =>
  error instanceof Failed && error.failures[0]?.kind === 'aws' ? error.failures[0].code : assert.fail();

test('a group is in the default VPC, lets SSH in from the ranges alone, and nothing out, by neither protocol', async () => {
  const { ec2, network } = scene();
  assert.equal(await network.open(WANTED), 'sg-1');
  assert.deepEqual(ec2.group, {
    vpc: 'vpc-default',
    name: WANTED.name,
    tags: [{ Key: 'bake:run', Value: 'run-1' }],
    out: [],
    in: ['tcp 22-22 203.0.113.7/32', 'tcp 22-22 2001:db8::/48'],
  });
  assert.equal(ec2.calls.at(-1), 'DescribeSecurityGroups');
});

test('or in the VPC of the subnet; without IPv6 there is less to close', async () => {
  const { ec2, network } = scene({ hasSix: false });
  await network.open({ ...WANTED, subnetId: 'subnet-1' });
  assert.deepEqual([ec2.group?.vpc, ec2.group?.out], ['vpc-of-subnet-1', []]);
});

test('a group that is not known everywhere yet is waited for, as is a look that is not from now', async () => {
  const { ec2, network } = scene({ unknownFor: 3, oldLooks: 2 });
  await network.open(WANTED);
  assert.equal(ec2.calls.filter((call) => call === 'pause').length, 5);
  assert.deepEqual(ec2.group?.out, []);
});

test('where something opens a way out again no id is given, and the group is gone', async () => {
  const { ec2, network } = scene({ reopens: true });
  await assert.rejects(network.open(WANTED), (error) => codeOf(error) === 'Unexpected');
  assert.equal(ec2.group, undefined);
});

for (const operation of [
  'RevokeSecurityGroupEgress',
  'AuthorizeSecurityGroupIngress',
  'DescribeSecurityGroups',
]) {
  test(`the same where ${operation} is refused`, async () => {
    const { ec2, network } = scene({ refused: operation });
    await assert.rejects(network.open(WANTED), (error) => codeOf(error) === 'UnauthorizedOperation');
    assert.equal(ec2.group, undefined);
  });
}

test('it is deleted as soon as no instance has it; one that is gone is no failure', async () => {
  const { ec2, network } = scene();
  const id = await network.open(WANTED);
  ec2.usedFor = 4;
  await network.close(id);
  assert.equal(ec2.group, undefined);
  await network.close(id);
});

test('and left, as a failure, where one has it for good', async () => {
  const { ec2, network } = scene();
  const id = await network.open(WANTED);
  ec2.usedFor = Number.POSITIVE_INFINITY;
  await assert.rejects(network.close(id), (error) => codeOf(error) === 'DependencyViolation');
});
