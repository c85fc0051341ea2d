/** An image of the plan → its files. Pure: the same plan and assets give the same bytes. */

import type { Fleet } from '../fleet/model.ts';
import type { ImagePlan, Step, Workspace, WorkspaceFile } from '../plan/model.ts';
import { type Assets, asset } from './assets.ts';
import { renderImageHcl } from './image-hcl.ts';
import { renderEnvironment, renderValues } from './shell.ts';

/** Renders everything that Packer needs for `image`, sorted by path. */
export function renderWorkspace(fleet: Fleet, image: ImagePlan, assets: Assets): Workspace {
  const files = [
    ...staticHcl(assets),
    { path: 'image.pkr.hcl', executable: false, content: renderImageHcl(fleet, image, assets) },
    { path: 'steps/lib.sh', executable: false, content: asset(assets, 'provisioners/lib.sh') },
    ...image.steps.flatMap((step) => stepFiles(step, assets)),
  ];
  return { image: image.name, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function staticHcl(assets: Assets): WorkspaceFile[] {
  return [...assets]
    .filter(([path]) => path.startsWith('packer/') && path.endsWith('.pkr.hcl'))
    .map(([path, content]) => ({ path: path.slice('packer/'.length), executable: false, content }));
}

/** A step's folder: its provisioner's files as they are, its values, and what the fleet adds. */
export function stepFiles(step: Step, assets: Assets): WorkspaceFile[] {
  const source = `provisioners/${step.provisioner}/`;
  const own = [...assets].filter(([path]) => path.startsWith(source) && !path.endsWith('/step.json'));
  if (own.length === 0) throw new Error(`bake's own folder ${source} is missing`);
  const folder = `steps/${step.id}`;
  return [
    ...own.map(([path, content]) => ({
      path: `${folder}/${path.slice(source.length)}`,
      executable: path.endsWith('.sh'),
      content,
    })),
    { path: `${folder}/values.sh`, executable: false, content: renderValues(step.values) },
    ...environmentFile(step),
    ...step.files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
  ];
}

/** Only for steps that take an environment; secrets are not in it, they come through Packer. */
function environmentFile(step: Step): WorkspaceFile[] {
  if (step.provisioner !== 'user-script') return [];
  const plain = Object.entries(step.environment).flatMap(([name, value]) =>
    value.kind === 'plain' ? [[name, value.value] as const] : [],
  );
  return [{ path: `steps/${step.id}/environment.sh`, executable: false, content: renderEnvironment(plain) }];
}
