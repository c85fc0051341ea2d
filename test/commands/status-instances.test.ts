/** `bake status --instances` that is interrupted while SSM is asked. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { statusOfRunning } from '../../src/commands/status-instances.ts';
import { EXIT, Failed } from '../../src/failure.ts';
import { lookDocument } from '../../src/instances/documents.ts';
import { loadAssets } from '../../src/world/assets.ts';
import type { Site } from '../../src/world/site.ts';
import { groupOf } from '../rollout/facts.ts';
import { testContext } from '../support/context.ts';

const FLEET = `fleet: shop
region: eu-central-1
source: { ami: ami-0123456789abcdef0 }
roles: { web: { groups: [web-1] } }
`;

/** Whose SSM has `interrupt` called when it has a command, and never ends it. */
async function siteOf(interrupt: () => void): Promise<Site> {
  const group = { ...groupOf(2), name: 'web-1' };
  const { content } = lookDocument(await loadAssets());
  const aws = {
    rollouts: { groups: async () => [group] },
    instances: { describe: async () => [] },
    fleetImages: async () => [],
    commands: {
      document: async () => ({ content, sha256: '' }),
      install: async () => {},
      removeOtherVersions: async () => {},
      managed: async (ids: readonly string[]) => ids.map((id) => ({ id, online: true })),
      send: async () => {
        interrupt();
        return 'command';
      },
      cancel: async () => {},
      invocations: async () => [],
    },
  };
  return { aws, rehearsal: true, standIn: async () => ({ path: '', sha256: '' }) } as unknown as Site;
}

test('it ends as interrupted, after what it has learnt', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-status-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'bake.yaml'), FLEET);
  const abort = new AbortController();
  const { context, results } = testContext({ workingFolder: process.cwd(), signal: abort.signal });
  const options = {
    ...{ file: join(folder, 'bake.yaml'), strict: false, role: [], all: false, flat: false },
    ...{ exitCode: false, rehearse: true },
  };
  const site = await siteOf(() => abort.abort());
  await assert.rejects(
    statusOfRunning(context, options, async () => site),
    (error) => {
      assert.ok(error instanceof Failed);
      assert.equal(error.exitCode, EXIT.interrupted);
      return true;
    },
  );
  assert.match(results[0]?.lines.join('\n') ?? '', /not reached: interrupted/);
});
