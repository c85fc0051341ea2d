/** A role's image → the files that prove it. Pure; contains no runtime value, and is no part of the fingerprint. */

import type { Fleet, Role } from '../fleet/model.ts';
import type { Step, Workspace } from '../plan/model.ts';
import { TAG } from '../plan/tags.ts';
import { expectationOf } from '../verify/expect.ts';
import { knowsUrl } from '../verify/quiet.ts';
import { alignHcl } from './align-hcl.ts';
import { type Assets, asset } from './assets.ts';
import { builderView, identityTags, tagView } from './builder-view.ts';
import { quoteHcl } from './quote.ts';
import { renderTemplate } from './template.ts';
import { stepFiles } from './workspace.ts';

/** Id of the only step. */
export const VERIFY_STEP = '01-verify';

const SHARED_HCL = ['plugins.pkr.hcl', 'steps.pkr.hcl'];

export function renderVerify(fleet: Fleet, role: Role, assets: Assets): Workspace {
  const files = [
    ...SHARED_HCL.map((name) => ({
      path: name,
      executable: false,
      content: asset(assets, `packer/${name}`),
    })),
    { path: 'verify.pkr.hcl', executable: false, content: renderHcl(fleet, role, assets) },
    { path: 'steps/lib.sh', executable: false, content: asset(assets, 'provisioners/lib.sh') },
    ...stepFiles(verifyStep(fleet, role), assets),
  ];
  return { image: role.name, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function verifyStep(fleet: Fleet, role: Role): Step {
  const content = `${JSON.stringify(expectationOf(fleet, role), undefined, 2)}\n`;
  const files = [{ path: 'expect.json', executable: false, content }];
  return { id: VERIFY_STEP, provisioner: 'verify', values: {}, files, environment: {}, artifacts: [] };
}

function renderHcl(fleet: Fleet, role: Role, assets: Assets): string {
  const view = {
    ...builderView(fleet, {
      instanceType: role.instanceType,
      makesImage: false,
      isQuiet: knowsUrl(fleet, role),
    }),
    fleet: fleet.name,
    name: role.name,
    sourceReference: `source.amazon-ebs.${role.name}`,
    step: VERIFY_STEP,
    runTags: tagView(
      { ...fleet.tags, ...role.tags, ...identityTags(fleet, role.name) },
      { [TAG.run]: 'var.run_id' },
    ),
  };
  return alignHcl(renderTemplate('verify.pkr.hcl', view, quoteHcl, assets));
}
