/** Rules on packages that no image may have. Pure. */

import { type Finding, mistake } from './finding.ts';
import { layersOf, textsAt } from './tree.ts';

export const packageRules = [noRefusedPackage];

/** The packages that `provisioners/seal-quiet` refuses, each with why. */
export const REFUSED_PACKAGES: Readonly<Record<string, string>> = {
  prelink: 'it rewrites every program and library, and each is an alarm',
};

function noRefusedPackage(tree: unknown): Finding[] {
  return layersOf(tree).flatMap((layer) =>
    textsAt(tree, [...layer, 'packages']).flatMap(({ path, value }) => {
      const name = value.split(/[=:]/)[0] ?? '';
      const why = Object.hasOwn(REFUSED_PACKAGES, name) ? REFUSED_PACKAGES[name] : undefined;
      return why === undefined ? [] : [mistake(path, `no image may have ${name}: ${why}`, 'Remove it')];
    }),
  );
}
