/** Fleet files in, rendered files out: `test/cases/render/NAME/expected` holds all that is generated. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFleet } from '../../src/fleet/load.ts';
import { planImages } from '../../src/plan/images.ts';
import type { Workspace } from '../../src/plan/model.ts';
import { renderWorkspace } from '../../src/render/workspace.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { assertFolder } from '../support/expected.ts';

const CASES = join(import.meta.dirname, '..', 'cases', 'render');
const ENVIRONMENT = { OWNER: 'Anna & Bert' };

async function renderCase(name: string): Promise<Workspace[]> {
  const { fleet } = await loadFleet(join(CASES, name, 'bake.yaml'), ENVIRONMENT);
  const assets = await loadAssets();
  return planImages(fleet, fleet.roles, { flat: name === 'flat' }).map((image) =>
    renderWorkspace(fleet, image, assets),
  );
}

/** What is generated, and the names of all files; provisioners are copied as they are. */
function golden(workspace: Workspace): Array<[path: string, content: string]> {
  const generated = workspace.files.filter(({ path }) =>
    /image\.pkr\.hcl$|\/(values|environment)\.sh$/.test(path),
  );
  const names = workspace.files.map(({ path, executable }) => `${executable ? 'x' : '-'} ${path}\n`).join('');
  return [
    [`${workspace.image}/files.txt`, names],
    ...generated.map(({ path, content }): [string, string] => [
      `${workspace.image}/${path}`,
      String(content),
    ]),
  ];
}

for (const name of readdirSync(CASES)) {
  test(`${name}: the workspaces are as expected`, async () => {
    const workspaces = await renderCase(name);
    await assertFolder(join(CASES, name, 'expected'), new Map(workspaces.flatMap(golden)));
  });

  test(`${name}: two renderings are the same bytes`, async () => {
    assert.deepEqual(await renderCase(name), await renderCase(name));
  });
}
