/** What the planner gives to a step is what the provisioner's contract asks for. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { loadFleet } from '../../src/fleet/load.ts';
import { planImages } from '../../src/plan/images.ts';
import { loadAssets } from '../../src/world/assets.ts';

const CONTRACT = z.object({
  values: z.record(z.string(), z.object({ type: z.enum(['string', 'list']) })),
});

test('values have the names and kinds of the contract', async () => {
  const file = join(import.meta.dirname, '..', 'cases', 'render', 'whole', 'bake.yaml');
  const { fleet } = await loadFleet(file, { OWNER: 'x' });
  const assets = await loadAssets();
  const steps = planImages(fleet, fleet.roles, { flat: false }).flatMap((image) => image.steps);
  for (const step of steps) {
    const contract = CONTRACT.parse(
      JSON.parse(assets.get(`provisioners/${step.provisioner}/step.json`) ?? '{}'),
    );
    const given = Object.entries(step.values).map(([name, value]) => [
      name,
      typeof value === 'string' ? 'string' : 'list',
    ]);
    const asked = Object.entries(contract.values).map(([name, { type }]) => [name, type]);
    assert.deepEqual(given.sort(), asked.sort(), step.id);
  }
  const used = new Set(steps.map((step) => step.provisioner));
  const all = [...assets.keys()].flatMap((path) => /^provisioners\/(.+)\/step\.json$/.exec(path)?.[1] ?? []);
  assert.deepEqual(
    all.filter((name) => !used.has(name)),
    // Proves images, and is in none.
    ['verify'],
    'every other provisioner is used by this fleet',
  );
});
