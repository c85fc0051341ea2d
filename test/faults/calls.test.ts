import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf, pointsOf, readPoint } from '../../faults/kill/calls.ts';

test('a command is ended at each call: once where it only reads, else before and after the effect', () => {
  const calls = ['ec2:DescribeImages', 'ec2:RunInstances', 'ec2:DescribeImages', 'sts:GetCallerIdentity'];
  const names = pointsOf(calls).map(nameOf);
  assert.deepEqual(names, [
    'ec2:DescribeImages#1 before',
    'ec2:RunInstances#1 before',
    'ec2:RunInstances#1 after',
    'ec2:DescribeImages#2 before',
    'sts:GetCallerIdentity#1 before',
  ]);
  assert.deepEqual(names.map(readPoint), pointsOf(calls));
  assert.throws(() => readPoint('RunInstances'), /is no call/);
});
