/**
 * What people see of a prepared rollout. `UPDATE_EXPECTED=1 node --test test/rollout/describe.test.ts`
 * rewrites test/cases/rollout/prepared.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describePrepared } from '../../src/rollout/describe.ts';
import type { Group } from '../../src/rollout/model.ts';
import type { RequestedPreferences } from '../../src/rollout/preferences.ts';
import type { Facts, Wanted } from '../../src/rollout/preflight/facts.ts';
import { prepare } from '../../src/rollout/run/prepare.ts';
import { facts, groupOf, instance, OLD_IMAGE, refresh, wanted } from './facts.ts';
import { configuration } from './imagined.ts';

const CASES = join(import.meta.dirname, '../cases/rollout/prepared');

interface Case {
  readonly file: string;
  readonly group?: Partial<Group>;
  readonly facts?: Partial<Facts>;
  readonly asks?: RequestedPreferences;
  readonly wants?: Partial<Wanted>;
}

const DESCRIBED: readonly Case[] = [
  { file: 'starts', group: { tags: new Map([['ManagedBy', 'terraform']]) } },
  {
    file: 'stopped',
    group: {
      configuration: configuration('$Latest'),
      suspendedProcesses: ['Launch'],
      instances: [0, 1, 2, 3].map((index) => instance(index, { scaleInProtected: index === 0 })),
    },
    facts: { image: undefined, denied: ['ec2:CreateLaunchTemplateVersion'] },
    asks: { checkpointPercents: [50] },
  },
  { file: 'attaches', facts: { activeRefresh: refresh() } },
];

for (const { file, group: changes, facts: known, asks, wants } of DESCRIBED) {
  test(`${file} reads as expected`, () => {
    const group = groupOf(4, changes);
    const source = {
      number: 1,
      description: '',
      imageId: OLD_IMAGE,
      instanceType: 't3.micro',
      metadata: { HttpTokens: 'optional' },
    };
    const gathered = {
      facts: facts({ ...known, group }),
      versions: [source],
      source,
      timing: { launchSeconds: 60, terminateSeconds: 30 },
    };
    const prepared = prepare(gathered, {
      wanted: wanted(asks, { requireImdsV2: true, ...wants }, group),
      imageName: 'shop-web-f948621a0f6a-1',
    });
    const printed = `${describePrepared(prepared).join('\n')}\n`;
    const path = join(CASES, `${file}.txt`);
    if (process.env.UPDATE_EXPECTED !== undefined) writeFileSync(path, printed);
    assert.equal(printed, existsSync(path) ? readFileSync(path, 'utf8') : `no ${file}.txt`);
  });
}
