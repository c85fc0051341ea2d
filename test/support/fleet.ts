/** A small fleet for tests of pure code; `parts` replace its own. */

import type { Base, Fleet, Ossec, OssecLayer, Role } from '../../src/fleet/model.ts';

export const EMPTY_LAYER = { packages: [], users: [], files: [], services: [], steps: [] };

export const EMPTY_OSSEC_LAYER: OssecLayer = {
  alerts: [],
  localRules: undefined,
  ruleTests: [],
  folders: [],
  ignore: [],
  firstBoot: [],
  logs: [],
};

export function testOssec(parts: Partial<Ossec> = {}): Ossec {
  return {
    ...EMPTY_OSSEC_LAYER,
    tarball: undefined,
    frozen: undefined,
    builtTrees: undefined,
    bundles: undefined,
    details: undefined,
    alertLevel: 3,
    systemLog: 'auto',
    syscheckSeconds: 21_600,
    rootcheck: { enabled: true, seconds: 43_200 },
    blocking: undefined,
    notifications: { perMinute: 30, heartbeatSeconds: undefined },
    email: undefined,
    ...parts,
  };
}

export function testRole(parts: Partial<Role> = {}): Role {
  return {
    ...EMPTY_LAYER,
    name: 'web',
    internetFacing: false,
    ossec: EMPTY_OSSEC_LAYER,
    listens: [],
    writes: [],
    opens: [],
    autoUpdate: false,
    instanceType: 't3.small',
    tags: {},
    groups: [],
    groupTags: {},
    verify: { checks: [] },
    rollout: { preferences: {}, managedBy: undefined, checks: [], guard: undefined },
    ...parts,
  };
}

export function testBase(parts: Partial<Base> = {}): Base {
  return { ...EMPTY_LAYER, authorizedKeys: [], ssmAgent: undefined, ...parts };
}

export function testFleet(parts: Partial<Fleet> = {}): Fleet {
  return {
    name: 'shop',
    region: 'eu-central-1',
    source: { kind: 'filter', name: 'debian-12-amd64-*', owners: ['136693071363'] },
    builder: {
      instanceType: 't3.small',
      subnetId: undefined,
      instanceProfile: undefined,
      ssh: { user: 'admin', via: 'public_address', from: 'my_address' },
      volume: { sizeGiB: 8, type: 'gp3', device: '/dev/xvda' },
      encryption: { encrypted: true, kmsKey: undefined },
    },
    tags: {},
    base: testBase(),
    ossec: testOssec(),
    verify: { checks: [] },
    waves: undefined,
    images: {
      reports: undefined,
      parameters: undefined,
      regions: [],
      accounts: [],
      deprecateAfterSeconds: 2_592_000,
      pruneShared: false,
    },
    roles: [testRole()],
    ...parts,
  };
}
