import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  differences,
  type ExistingVersion,
  planVersion,
  type VersionWish,
} from '../../../src/rollout/plan/version.ts';

const SOURCE: ExistingVersion = {
  number: 7,
  description: 'by hand',
  imageId: 'ami-0aaaaaaaaaaaaaaaa',
  instanceType: 't3.micro',
  metadata: {},
};
const WISH: VersionWish = {
  templateId: 'lt-0123456789abcdef0',
  source: SOURCE,
  image: { id: 'ami-0bbbbbbbbbbbbbbbb', name: 'shop-web-f948621a0f6a-1' },
  requireImdsV2: false,
};

test('one version is made of the own one, with nothing but the image changed', () => {
  const plan = planVersion(WISH, [SOURCE]);
  assert.ok(plan.kind === 'create');
  const { ClientToken, ...request } = plan.request;
  assert.deepEqual(request, {
    LaunchTemplateId: 'lt-0123456789abcdef0',
    SourceVersion: '7',
    VersionDescription: 'bake: version 7 with ami-0bbbbbbbbbbbbbbbb (shop-web-f948621a0f6a-1)',
    LaunchTemplateData: { ImageId: 'ami-0bbbbbbbbbbbbbbbb' },
  });
  assert.match(ClientToken, /^bake-[0-9a-f]{48}$/);
  assert.deepEqual(differences(WISH), [
    { key: 'ImageId', before: 'ami-0aaaaaaaaaaaaaaaa', after: 'ami-0bbbbbbbbbbbbbbbb' },
  ]);
});

test('IMDSv2 is required only where that was asked for, and shown', () => {
  const plan = planVersion({ ...WISH, requireImdsV2: true }, [SOURCE]);
  assert.ok(plan.kind === 'create');
  assert.deepEqual(plan.request.LaunchTemplateData, {
    ImageId: 'ami-0bbbbbbbbbbbbbbbb',
    MetadataOptions: { HttpTokens: 'required' },
  });
  assert.deepEqual(differences({ ...WISH, requireImdsV2: true }).at(-1), {
    key: 'MetadataOptions.HttpTokens',
    before: 'not set',
    after: 'required',
  });
});

test('with IMDSv2, the other metadata options stay as they are', () => {
  const source = { ...SOURCE, metadata: { HttpPutResponseHopLimit: 2, HttpTokens: 'optional' } };
  const plan = planVersion({ ...WISH, source, requireImdsV2: true }, []);
  assert.ok(plan.kind === 'create');
  assert.deepEqual(plan.request.LaunchTemplateData.MetadataOptions, {
    HttpPutResponseHopLimit: 2,
    HttpTokens: 'required',
  });
});

test('the same wish has the same token, another one has another', () => {
  const token = (wish: VersionWish) => {
    const plan = planVersion(wish, []);
    return plan.kind === 'create' ? plan.request.ClientToken : '';
  };
  assert.equal(token(WISH), token({ ...WISH }));
  const others = [
    { ...WISH, templateId: 'lt-0123456789abcdef1' },
    { ...WISH, source: { ...SOURCE, number: 8 } },
    { ...WISH, image: { ...WISH.image, id: 'ami-0cccccccccccccccc' } },
    { ...WISH, requireImdsV2: true },
  ];
  assert.equal(new Set([WISH, ...others].map(token)).size, 5);
});

test('a version that was made before is used again, but none that only looks like it', () => {
  const made: ExistingVersion = {
    number: 8,
    description: 'bake: version 7 with ami-0bbbbbbbbbbbbbbbb (shop-web-f948621a0f6a-1)',
    imageId: 'ami-0bbbbbbbbbbbbbbbb',
    instanceType: 't3.micro',
    metadata: {},
  };
  assert.deepEqual(planVersion(WISH, [SOURCE, made]), { kind: 'use', number: 8 });
  for (const changes of [
    { imageId: 'ami-0ddddddddddddddd' },
    { description: 'by hand' },
    { metadata: { HttpTokens: 'required' } },
  ]) {
    assert.equal(planVersion(WISH, [SOURCE, { ...made, ...changes }]).kind, 'create');
  }
});

test('where the group has the image already, its own version is used', () => {
  const same = { ...WISH, image: { id: SOURCE.imageId, name: 'old' } };
  assert.deepEqual(planVersion(same, [SOURCE]), { kind: 'use', number: 7 });
});

test('a description is never too long for AWS', () => {
  const plan = planVersion({ ...WISH, image: { ...WISH.image, name: 'n'.repeat(300) } }, []);
  assert.equal(plan.kind === 'create' && plan.request.VersionDescription.length, 255);
});
