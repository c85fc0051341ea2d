import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_VOLUME, overlayDevices } from '../../../../rehearsal/src/server/ec2/block-devices.ts';
import { pageOf } from '../../../../rehearsal/src/server/ec2/paging.ts';
import { changePermissions } from '../../../../rehearsal/src/server/ec2/permissions.ts';
import { mergeTags, readTagSpecifications } from '../../../../rehearsal/src/server/ec2/tag-encoding.ts';
import { Params } from '../../../../rehearsal/src/server/wire/params.ts';

function params(values: Readonly<Record<string, string>>): Params {
  return new Params(new Map(Object.entries(values)));
}

const PLACE = { region: 'eu-west-1', accountId: '111122223333' };
const ROOT = { ...DEFAULT_VOLUME, name: '/dev/xvda', snapshotId: 'snap-1' };

test("a mapping changes what it names of the image's device", () => {
  const [root, ...more] = overlayDevices(
    [ROOT],
    params({
      'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '20',
      'BlockDeviceMapping.1.Ebs.VolumeType': 'gp2',
      'BlockDeviceMapping.1.Ebs.Encrypted': 'true',
      'BlockDeviceMapping.1.Ebs.KmsKeyId': '1234',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
    }),
    PLACE,
  );
  assert.deepEqual(more, []);
  assert.deepEqual(root, {
    name: '/dev/xvda',
    snapshotId: 'snap-1',
    sizeGiB: 20,
    type: 'gp2',
    iops: undefined,
    throughput: undefined,
    encrypted: true,
    kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234',
    deleteOnTermination: false,
  });
});

test('a mapping for another device adds one, and an empty one takes one away', () => {
  const devices = overlayDevices(
    [ROOT],
    params({
      'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
      'BlockDeviceMapping.1.NoDevice': '',
      'BlockDeviceMapping.2.DeviceName': '/dev/xvdb',
      'BlockDeviceMapping.2.Ebs.VolumeSize': '1',
    }),
    PLACE,
  );
  assert.deepEqual(
    devices.map(({ name, sizeGiB, snapshotId }) => [name, sizeGiB, snapshotId]),
    [['/dev/xvdb', 1, undefined]],
  );
});

test('a volume can not be smaller than its snapshot', () => {
  const small = params({
    'BlockDeviceMapping.1.DeviceName': '/dev/xvda',
    'BlockDeviceMapping.1.Ebs.VolumeSize': '7',
  });
  assert.throws(() => overlayDevices([ROOT], small, PLACE), {
    code: 'InvalidBlockDeviceMapping',
    message: "Volume of size 7GB is smaller than snapshot 'snap-1', expect size >= 8GB",
  });
});

test('tags are read for each type of resource', () => {
  const tagsFor = readTagSpecifications(
    params({
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': 'web',
      'TagSpecification.2.ResourceType': 'volume',
      'TagSpecification.2.Tag.1.Key': '__proto__',
      'TagSpecification.2.Tag.1.Value': '',
    }),
  );
  assert.deepEqual([...tagsFor('instance')], [['Name', 'web']]);
  assert.deepEqual([...tagsFor('volume')], [['__proto__', '']]);
  assert.deepEqual([...tagsFor('snapshot')], []);
});

test('tags that AWS refuses are refused', () => {
  const tag = (key: string, value: string) => () =>
    readTagSpecifications(
      params({
        'TagSpecification.1.ResourceType': 'instance',
        'TagSpecification.1.Tag.1.Key': key,
        'TagSpecification.1.Tag.1.Value': value,
      }),
    );
  assert.throws(tag('aws:mine', 'x'), { code: 'InvalidParameterValue', message: /reserved/ });
  assert.throws(tag('k'.repeat(129), 'x'), { code: 'InvalidParameterValue' });
  assert.throws(tag('k', 'v'.repeat(257)), { code: 'InvalidParameterValue' });
  assert.doesNotThrow(tag('k'.repeat(128), '🦆'.repeat(256)));
  const fifty = new Map(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v'] as const));
  assert.equal(mergeTags(fifty, new Map([['k1', 'new']])).get('k1'), 'new');
  assert.throws(() => mergeTags(fifty, new Map([['one more', '']])), { code: 'TagLimitExceeded' });
});

test('permissions are added once and removed, in both ways of saying it', () => {
  const own = [{ kind: 'userId', value: '111111111111' }] as const;
  const change = (values: Readonly<Record<string, string>>) =>
    changePermissions(own, params(values), 'LaunchPermission')?.map(({ kind, value }) => `${kind} ${value}`);
  assert.deepEqual(
    change({
      'LaunchPermission.Add.1.UserId': '222222222222',
      'LaunchPermission.Add.2.Group': 'all',
      'UserId.1': '222222222222',
      'LaunchPermission.Remove.1.UserId': '111111111111',
    }),
    ['userId 222222222222', 'group all'],
  );
  assert.deepEqual(change({ OperationType: 'remove', 'UserId.1': '111111111111' }), []);
  assert.equal(change({ 'Description.Value': 'x' }), undefined);
  assert.throws(() => change({ 'UserGroup.1': 'everyone' }), { code: 'InvalidAMIAttributeItemValue' });
  assert.throws(() => change({ 'LaunchPermission.Add.1.UserId': '1' }), {
    code: 'InvalidAMIAttributeItemValue',
  });
});

test('pages lead from one to the next until all was shown', () => {
  const all = ['a', 'b', 'c', 'd', 'e'];
  const first = pageOf(all, params({ MaxResults: '2' }));
  const second = pageOf(all, params({ MaxResults: '2', NextToken: first.nextToken ?? '' }));
  const third = pageOf(all, params({ MaxResults: '2', NextToken: second.nextToken ?? '' }));
  assert.deepEqual([first.records, second.records, third.records], [['a', 'b'], ['c', 'd'], ['e']]);
  assert.equal(third.nextToken, undefined);
  assert.deepEqual(pageOf(all, params({})).records, all);
  assert.throws(() => pageOf(all, params({ NextToken: 'mine' })), { code: 'InvalidNextToken' });
  assert.throws(() => pageOf(all, params({ MaxResults: '0' })), { code: 'InvalidParameterValue' });
});
