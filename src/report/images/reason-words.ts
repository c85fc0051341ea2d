/** Why an image would be baked, in words. Pure. */

import type { Reason } from '../../images/reasons.ts';
import type { ToolVersions } from '../../plan/fingerprint.ts';
import { formatAge } from '../duration.ts';

const TOOLS: Readonly<Record<keyof ToolVersions, string>> = {
  bake: 'bake',
  packer: 'Packer',
  amazonPlugin: "Packer's amazon plugin",
};

/** Completes "would bake because …"; not quoted. */
export function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case 'first':
      return 'it has no image yet';
    case 'forced':
      return 'that was asked for with --force';
    case 'too-old':
      return `${reason.imageId} is ${formatAge(reason.ageSeconds)} old`;
    case 'unusable':
      return `${reason.imageId}, which is the same, can't be used: it is ${reason.state}`;
    case 'source':
      return `the source AMI moved from ${reason.from} to ${reason.to}`;
    case 'base':
      return 'base changes';
    case 'part':
      return `${reason.name} ${reason.change === 'changed' ? 'changed' : `was ${reason.change}`}`;
    case 'order':
      return 'the order of its steps changed';
    case 'own-files':
      return `${reason.count === 1 ? 'a file' : `${reason.count} files`} of bake itself changed`;
    case 'artifact':
      return `the download ${reason.sha256.slice(0, 12)}… was ${reason.change}`;
    case 'tool':
      return `${TOOLS[reason.tool]} moved from ${reason.from} to ${reason.to}`;
    case 'unknown':
      return `something changed since ${reason.imageId}; what it was made of is not known here`;
  }
}
