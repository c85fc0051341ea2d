import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fleet } from '../../src/fleet/model.ts';
import { policies } from '../../src/iam/policies.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const SOURCE = join(import.meta.dirname, '..', '..', 'src');
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

test('every call that bake makes is in a policy', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const calls = files.flatMap((path) =>
    [...readFileSync(join(SOURCE, path), 'utf8').matchAll(/explained\(\s*'(\w+:\w+)'/g)].map(
      ([, call]) => call ?? '',
    ),
  );
  const allowed = new Set(ALL.flatMap(({ statements }) => statements.flatMap(({ Action }) => Action)));
  assert.ok(calls.length > 30);
  assert.deepEqual(
    calls.filter((call) => !allowed.has(call)),
    [],
  );
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
  const point = of('images').find(({ Sid }) => Sid === 'Point');
  assert.deepEqual(point?.Resource, [
    'arn:aws:ssm:eu-central-1:*:parameter/golden/*',
    'arn:aws:ssm:eu-west-2:*:parameter/golden/*',
  ]);
  const isCopy = ({ Action }: { readonly Action: readonly string[] }) => Action.includes('ec2:CopyImage');
  assert.equal(of('images').filter(isCopy).length, 1);
  const here = policies(testFleet()).find(({ name }) => name === 'images');
  assert.equal(here?.statements.filter(isCopy).length, 0);
});
