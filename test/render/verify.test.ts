/** The HCL that boots an image to prove it: `test/cases/render-verify/NAME/expected`. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFleet } from '../../src/fleet/load.ts';
import { renderVerify } from '../../src/render/verify.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { assertFolder } from '../support/expected.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'render-verify');

for (const name of readdirSync(CASES)) {
  test(`${name}: the HCL of a verification is as expected`, async () => {
    const { fleet } = await loadFleet(join(CASES, name, 'bake.yaml'), {});
    const assets = await loadAssets();
    const rendered = fleet.roles.map((role) => {
      const hcl = renderVerify(fleet, role, assets).files.find(({ path }) => path === 'verify.pkr.hcl');
      return [`${role.name}/verify.pkr.hcl`, String(hcl?.content)] as const;
    });
    await assertFolder(join(CASES, name, 'expected'), new Map(rendered));
  });
}
