import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fleet } from '../../src/fleet/model.ts';
import { type Policy, policies } from '../../src/iam/policies.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const FLEET = testFleet({
  ossec: testOssec({ bundles: 's3://shop/pushed', details: 's3://shop/long', builtTrees: 's3://shop/trees' }),
  images: {
    ...testFleet().images,
    parameters: '/golden',
    reports: 's3://shop/reports',
    regions: [{ region: 'eu-west-2', kmsKey: undefined }],
  },
  roles: [testRole({ groups: ['web-1'] })],
});
const ALL = policies(FLEET);
const of = (name: string) => ALL.find((policy) => policy.name === name)?.statements ?? [];

/** Those whose resource or tags AWS can't look at: they only read, or are about what was asked before. */
const UNBOUNDED = /^(?:\w+:(?:Describe|List)\w+|ssm:(?:CancelCommand|GetCommandInvocation))$/;

test('what changes something is bounded by names, tags or the call that it comes from', () => {
  for (const { name, statements } of ALL) {
    for (const { Sid, Action, Resource, Condition } of statements) {
      if (Resource.every((one) => one !== '*')) continue;
      const isBounded = Condition !== undefined || Action.every((action) => UNBOUNDED.test(action));
      assert.ok(isBounded, `${name}: ${Sid}`);
    }
  }
});

test('what exists already is changed only where it has the tags of the fleet', () => {
  const changing = /^ec2:(?:Authorize|Delete|Deregister|Disable|Enable|Modify|Revoke|Stop|Terminate)/;
  for (const { name, statements } of ALL) {
    for (const { Sid, Action, Condition } of statements.filter(({ Action: all }) =>
      all.some((action) => changing.test(action)),
    )) {
      const tags = Condition?.StringEquals?.['aws:ResourceTag/bake:fleet'];
      assert.equal(tags, 'shop', `${name}: ${Sid}: ${Action.join()}`);
    }
  }
});

test('tags are given to what is made in the same call, or to what has those of the fleet or of a named group', () => {
  const tagging = ALL.flatMap(({ name, statements }) =>
    statements.filter(({ Action }) => Action.includes('ec2:CreateTags')).map((one) => ({ name, ...one })),
  );
  assert.ok(tagging.length > 4);
  for (const { name, Sid, Condition } of tagging) {
    const keys = Object.keys(Condition?.StringEquals ?? {});
    const isBounded = keys.some((key) => key === 'ec2:CreateAction' || key.startsWith('aws:ResourceTag/'));
    assert.ok(isBounded, `${name}: ${Sid}`);
  }
});

test('a role is passed to EC2 alone, and only one that is named', () => {
  const roles = (all: readonly Policy[]) =>
    all.flatMap(({ name, statements }) =>
      statements
        .filter(({ Action }) => Action.includes('iam:PassRole'))
        .map(({ Resource, Condition }) => [name, Resource, Condition?.StringEquals?.['iam:PassedToService']]),
    );
  assert.deepEqual(roles(policies(testFleet())), []);
  const fleet = testFleet({ builder: { ...testFleet().builder, instanceProfile: 'builder' } });
  assert.deepEqual(roles(policies(fleet, { instanceRoles: ['web', 'worker'] })), [
    ['bake', ['arn:aws:iam::*:role/builder'], 'ec2.amazonaws.com'],
    ['rollout', ['arn:aws:iam::*:role/web', 'arn:aws:iam::*:role/worker'], 'ec2.amazonaws.com'],
  ]);
});

test('groups that a role finds by their tags are changed only where they have these', () => {
  const fleet = testFleet({
    roles: [testRole({ groups: ['web-1'] }), testRole({ groupTags: { app: 'x' } })],
  });
  const roll = policies(fleet)
    .find(({ name }) => name === 'rollout')
    ?.statements.filter(({ Sid }) => Sid.startsWith('Roll'));
  assert.deepEqual(
    roll?.map(({ Resource, Condition }) => [Resource[0]?.split('/').at(-1), Condition?.StringEquals]),
    [
      ['web-1', undefined],
      ['*', { 'aws:ResourceTag/app': 'x' }],
    ],
  );
});

test('keys of KMS are used by EC2 alone, and an alias is no other key', () => {
  const { builder, images } = testFleet();
  const fleet = testFleet({
    builder: { ...builder, encryption: { encrypted: true, kmsKey: 'alias/images' } },
    images: { ...images, regions: [{ region: 'eu-west-2', kmsKey: 'arn:aws:kms:eu-west-2:1:key/k' }] },
  });
  const keys = policies(fleet).flatMap(({ statements }) =>
    statements.filter(({ Sid }) => Sid.startsWith('Encrypt')),
  );
  assert.deepEqual(
    keys.map(({ Resource, Condition }) => [Resource[0], Condition?.StringEquals?.['kms:ViaService']]),
    [
      ...new Array(2).fill(['arn:aws:kms:eu-central-1:*:key/*', 'ec2.eu-central-1.amazonaws.com']),
      ...new Array(2).fill(['arn:aws:kms:eu-west-2:1:key/k', 'ec2.eu-west-2.amazonaws.com']),
    ],
  );
  assert.deepEqual(keys[0]?.Condition?.['ForAnyValue:StringEquals'], {
    'kms:ResourceAliases': ['alias/images'],
  });
  assert.deepEqual(keys[3]?.Action, ['kms:CreateGrant']);
});

test('the right to push is not the right to run a command, nor to write what is pushed', () => {
  const push = of('push');
  const documents = push.filter(({ Sid }) => Sid === 'Send').flatMap(({ Resource }) => Resource);
  assert.deepEqual(documents, [
    'arn:aws:ssm:eu-central-1:*:document/bake-look',
    'arn:aws:ssm:eu-central-1:*:document/bake-push-shop',
  ]);
  const sends = push.filter(({ Action }) => Action.includes('ssm:SendCommand'));
  assert.ok(sends.every(({ Resource }) => !Resource.includes('*')));
  const actions = push.flatMap(({ Action }) => Action);
  for (const action of ['s3:PutObject', 'ssm:CreateDocument', 'ssm:UpdateDocument', 's3:*', 'ssm:*', '*']) {
    assert.ok(!actions.includes(action), action);
  }
  const [onGroups] = push.filter(({ Sid }) => Sid === 'SendToTheGroups');
  assert.deepEqual(onGroups?.Condition, {
    StringEquals: { 'aws:ResourceTag/aws:autoscaling:groupName': ['web-1'] },
  });
});

test('instances read bundles and write long answers, and nothing beside them', () => {
  const objects = of('instance').filter(({ Action }) => Action.some((action) => action.startsWith('s3:')));
  assert.deepEqual(
    objects.map(({ Action, Resource }) => [Action, Resource]),
    [
      [['s3:GetObject'], ['arn:aws:s3:::shop/pushed/*']],
      [['s3:PutObject'], ['arn:aws:s3:::shop/long/*']],
    ],
  );
});

test('who reads alerts removes the long answers, and can write none', () => {
  const objects = of('look').filter(({ Action }) => Action.some((action) => action.startsWith('s3:')));
  assert.deepEqual(
    objects.map(({ Action, Resource }) => [Action, Resource]),
    [[['s3:DeleteObject', 's3:GetObject'], ['arn:aws:s3:::shop/long/*']]],
  );
});

test('no policy allows a document that runs any command, and a rollout asks only where it checks alerts', () => {
  const alerts = { kind: 'alerts', name: 'alerts', level: 7, limitSeconds: 60 } as const;
  const role = testRole();
  const checked = testFleet({ roles: [{ ...role, rollout: { ...role.rollout, checks: [alerts] } }] });
  const sent = (fleet: Fleet) =>
    policies(fleet)
      .flatMap(({ name, statements }) => statements.map((one) => ({ name, ...one })))
      .filter(({ Action }) => Action.includes('ssm:SendCommand'));
  for (const { Resource } of sent(checked))
    for (const one of Resource) assert.doesNotMatch(one, /AWS-|\/\*$(?<!instance\/\*)/);
  const documents = (fleet: Fleet) =>
    sent(fleet).flatMap(({ name, Resource }) => (name === 'rollout' ? Resource : []));
  assert.ok(documents(checked).includes('arn:aws:ssm:eu-central-1:*:document/bake-look'));
  assert.deepEqual(documents(FLEET), []);
});

test('no statement allows all of a service', () => {
  for (const { statements } of ALL) {
    for (const { Action } of statements) for (const action of Action) assert.doesNotMatch(action, /\*/);
  }
});

test('promotions publish in every region, and only a fleet that copies images may copy any', () => {
  const point = of('promote').find(({ Sid }) => Sid === 'Point');
  assert.deepEqual(point?.Resource, [
    'arn:aws:ssm:eu-central-1:*:parameter/golden/*',
    'arn:aws:ssm:eu-west-2:*:parameter/golden/*',
  ]);
  const isCopy = ({ Action }: { readonly Action: readonly string[] }) => Action.includes('ec2:CopyImage');
  assert.equal(of('promote').filter(isCopy).length, 2);
  const here = policies(testFleet()).find(({ name }) => name === 'promote');
  assert.equal(here?.statements.filter(isCopy).length, 0);
});
