import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  listing,
  type MetadataNode,
  metadataTree,
  nodeAt,
} from '../../../../rehearsal/src/server/metadata/tree.ts';
import type { Instance } from '../../../../rehearsal/src/server/state/model.ts';
import { imaginedInstance } from '../imagined.ts';

const PROFILE = {
  arn: 'arn:aws:iam::111122223333:instance-profile/web',
  id: 'AIPA1',
  role: { name: 'web-role', arn: 'arn:aws:iam::111122223333:role/web-role' },
};

function read(path: string, changes: Partial<Instance> = {}): MetadataNode | undefined {
  const instance = imaginedInstance(changes);
  const credentials = () => Promise.resolve('{}');
  const root = metadataTree({ instance, accountId: '111122223333', credentials });
  const names = path.split('/').filter((name) => name !== '');
  const node = nodeAt(root, names);
  return typeof node === 'object' ? listing(node, names, instance.key?.name) : node;
}

test('an instance reads about itself what it was launched with', () => {
  const cases: readonly (readonly [path: string, text: string])[] = [
    ['instance-id', 'i-0123456789abcdef0'],
    ['local-ipv4', '10.77.9.2'],
    ['public-ipv4', '127.77.9.2'],
    ['local-hostname', 'ip-10-77-9-2.eu-west-1.compute.internal'],
    ['mac', '02:42:0a:4d:09:02'],
    ['network/interfaces/macs', '02:42:0a:4d:09:02/'],
    ['network/interfaces/macs/02:42:0a:4d:09:02/subnet-id', 'subnet-1'],
    ['placement', 'availability-zone\nregion'],
    ['placement/region', 'eu-west-1'],
    ['public-keys', '0=launch'],
    ['public-keys/0', 'openssh-key'],
    ['public-keys/0/openssh-key', 'ssh-ed25519 AAAA launch'],
    ['services/domain', 'amazonaws.com'],
  ];
  for (const [path, text] of cases) assert.equal(read(path), text, path);
});

test('what an instance does not have is not there', () => {
  assert.equal(read('public-keys', { key: undefined }), undefined);
  assert.equal(read('iam'), undefined);
  assert.equal(read('public-ipv4', { hasPublicAddress: false }), undefined);
  assert.equal(read('instance-id/deeper'), undefined);
  assert.equal(read('constructor'), undefined);
  assert.equal(read('__proto__/toString'), undefined);
});

test('tags are seen only where the launch asked for it', () => {
  const tags = new Map([['Name', 'web 1']]);
  const shown = { tokens: 'required', endpoint: 'enabled', hopLimit: 1, tags: 'enabled' } as const;
  assert.equal(read('tags/instance/Name', { tags }), undefined);
  assert.equal(read('tags/instance/Name', { tags, metadataOptions: shown }), 'web 1');
});

test('a profile shows its role', () => {
  assert.equal(read('iam', { profile: PROFILE }), 'info\nsecurity-credentials/');
  assert.equal(read('iam/security-credentials', { profile: PROFILE }), 'web-role');
  assert.equal(typeof read('iam/security-credentials/web-role', { profile: PROFILE }), 'function');
  assert.match(String(read('iam/info', { profile: PROFILE })), /"InstanceProfileId": "AIPA1"/);
  assert.equal(read('iam/security-credentials', { profile: { ...PROFILE, role: undefined } }), '');
});

test('the first listing names every folder with a slash', () => {
  const lines = String(read('')).split('\n');
  assert.ok(lines.includes('network/') && lines.includes('placement/') && lines.includes('instance-id'));
});
