/** What a fleet file that uses everything becomes. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFleet } from '../../src/fleet/load.ts';
import { lockFileOf, readLock } from '../../src/world/lock-file.ts';
import { EMPTY_OSSEC_LAYER } from '../support/fleet.ts';

const FILE = join(import.meta.dirname, '../cases/fleet/valid-everything/bake.yaml');
const ENVIRONMENT = { SHOP_REGION: 'eu-west-1', SIZE: '8', DEPLOY_TOKEN: 'never read' };
const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZzARoqtKINWTOHhv8wXrSnimeENkZ9+zFLy4zihPtt alice@example.com';

const SLACK = { url: { kind: 'ssm-parameter', name: '/shop/ossec/slack' }, format: 'slack' };
const PAGER = { url: { kind: 'in-image', environmentVariable: 'PAGER_URL' }, format: 'json' };

const OSSEC = {
  tarball: { from: 's3://bucket/ossec.tar.gz', sha256: 'a'.repeat(64) },
  frozen: (await readLock(lockFileOf(FILE)))?.ossec,
  builtTrees: 's3://bucket/trees',
  bundles: 's3://bucket/pushed',
  details: 's3://bucket/details',
  alerts: [
    { rule: 510, hook: SLACK, level: undefined, description: undefined },
    { rule: 'netstat', hook: SLACK, level: undefined, description: undefined },
    { rule: 5720, hook: PAGER, level: 12, description: 'Someone guesses passwords' },
  ],
  localRules: undefined,
  ruleTests: [],
  folders: [
    { path: '/etc', realtime: true, reportChanges: false },
    { path: '/srv', realtime: false, reportChanges: true },
  ],
  ignore: ['/etc/mtab'],
  firstBoot: ['/etc/app/id-*'],
  logs: [{ file: '/var/log/app.log', format: 'syslog' }],
  alertLevel: 5,
  systemLog: 'rsyslog',
  syscheckSeconds: 5400,
  rootcheck: { enabled: false, seconds: 86_400 },
  blocking: { level: 12, seconds: 30, allow: ['10.0.0.0/8', '2001:db8::1'] },
  notifications: { perMinute: 5, heartbeatSeconds: 86_400 },
  email: {
    to: ['security@example.com'],
    from: 'ossec@example.com',
    smtpServer: 'smtp.example.com',
    level: 7,
  },
};

const text = (content: string) => Buffer.from(content);

test('a fleet file that uses everything becomes a fleet without a gap', async () => {
  const { fleet } = await loadFleet(FILE, ENVIRONMENT);
  const { base, roles, ...rest } = fleet;
  assert.deepEqual(rest, {
    name: 'shop',
    region: 'eu-west-1',
    source: { kind: 'filter', name: 'debian-12-amd64-*', owners: ['136693071363', 'self'] },
    builder: {
      instanceType: 't3.small',
      subnetId: 'subnet-0123456789abcdef0',
      instanceProfile: 'image-builder',
      ssh: { user: 'admin', via: 'private_address', from: ['10.0.0.0/16', '2001:db8::/32'] },
      volume: { sizeGiB: 10, type: 'gp2', device: '/dev/sda1' },
      encryption: { encrypted: true, kmsKey: 'alias/images' },
    },
    tags: { team: 'platform', 'cost center': '007', constructor: 'yes' },
    ossec: OSSEC,
    verify: { checks: [] },
    waves: { canary: ['web_canary/1'], atOnce: 3, undo: true },
    images: {
      reports: 's3://bucket/reports',
      parameters: '/golden',
      regions: [{ region: 'eu-central-1', kmsKey: 'alias/images' }],
      accounts: ['222222222222'],
      deprecateAfterSeconds: 604_800,
      pruneShared: true,
    },
  });
  assert.deepEqual(base, {
    authorizedKeys: [KEY],
    packages: ['jq', 'curl=7.88.1-10+deb12u8', 'libc6:i386', 'g++'],
    users: [
      { name: 'deploy', sudo: true, groups: ['adm', 'docker'], shell: '/bin/sh', authorizedKeys: [KEY] },
      { name: 'backup.agent', sudo: false, groups: [], shell: '/bin/bash', authorizedKeys: [] },
    ],
    files: [
      { path: '/etc/motd', owner: 'deploy', group: 'adm', mode: '0640', content: text('hello\n') },
      {
        path: '/etc/app/stage',
        owner: 'root',
        group: 'root',
        mode: '0644',
        content: text('eu-west-1 costs ${env:MONEY} ${HOME} {{x}} %{y} $(z)\n'),
      },
    ],
    services: ['ssh', 'backup.timer', 'getty@tty1.service'],
    steps: [
      {
        name: 'harden',
        script: text('#!/bin/bash\nexit 0\n'),
        scriptPath: 'steps/harden.sh',
        environment: {
          LEVEL: { kind: 'plain', value: '2' },
          EMPTY: { kind: 'plain', value: '' },
          TOKEN: { kind: 'secret', environmentVariable: 'DEPLOY_TOKEN' },
        },
      },
    ],
    ssmAgent: { from: 'https://example.com/amazon-ssm-agent.deb', sha256: '0'.repeat(64) },
  });
  assert.deepEqual(
    roles.map(({ name, files, listens, writes, instanceType, tags, internetFacing, ossec, ...role }) => ({
      name,
      files: files.map(({ path }) => path),
      listens: listens.map(({ port, protocol }) => `${port}/${protocol}`),
      writes,
      opens: role.opens,
      autoUpdate: role.autoUpdate,
      instanceType,
      tags,
      groups: role.groups,
      groupTags: role.groupTags,
      checks: role.rollout.checks,
      internetFacing,
      ossec,
    })),
    [
      {
        name: 'web',
        files: ['/srv/site/index.html', '/etc/motd'],
        listens: ['80/tcp', '443/tcp', '53/udp', '53/tcp', '8/tcp'],
        writes: ['/srv/site'],
        opens: [
          { protocol: 'tcp', port: 8080 },
          { protocol: 'udp', port: 9000 },
        ],
        autoUpdate: true,
        instanceType: 'c7gn.16xlarge',
        tags: { role: 'web' },
        groups: ['web-asg', 'web_canary/1'],
        groupTags: { Role: 'web' },
        checks: [{ kind: 'command', name: 'smoke', run: './smoke.sh', limitSeconds: 90 }],
        internetFacing: true,
        ossec: {
          ...EMPTY_OSSEC_LAYER,
          alerts: [
            {
              rule: 'integrity',
              hook: { url: { kind: 'secrets-manager', name: 'shop/pager' }, format: 'slack' },
              level: undefined,
              description: undefined,
            },
          ],
          folders: [{ path: '/opt/app', realtime: true, reportChanges: false }],
          logs: [{ file: '/var/log/nginx/access.log', format: 'apache' }],
        },
      },
      {
        name: 'worker',
        files: [],
        listens: [],
        writes: [],
        opens: [],
        autoUpdate: false,
        instanceType: 't3.small',
        tags: {},
        groups: [],
        groupTags: {},
        checks: [],
        internetFacing: false,
        ossec: EMPTY_OSSEC_LAYER,
      },
    ],
  );
});

test('the same files and the same environment give the same fleet', async () => {
  const first = await loadFleet(FILE, ENVIRONMENT);
  const second = await loadFleet(FILE, { ...ENVIRONMENT, DEPLOY_TOKEN: 'another', OTHER: 'x' });
  assert.deepEqual(second, first);
  assert.ok(!JSON.stringify(first).includes('never read'));
});
