/** Why a build ended without an image, in bake's words. Pure. */

import { AGAIN, type Explanation, KNOWN_ERRORS, oneLine } from './known-errors.ts';
import type { BuildState } from './progress.ts';
import type { Resource } from './resources.ts';

/** Why a build has failed by itself. `exitCode` is undefined where something killed Packer. */
export function explainFailure(state: BuildState, exitCode: number | undefined): Explanation {
  const reason = state.summary[0] ?? state.errors[0];
  if (reason === undefined) {
    const how = exitCode === undefined ? 'was killed' : `ended with exit code ${exitCode}`;
    return { problem: `Packer ${how} and did not say why`, remedy: AGAIN };
  }
  for (const [pattern, explain] of KNOWN_ERRORS) {
    const match = pattern.exec(reason);
    if (match !== null) return explain(match, state);
  }
  return { problem: oneLine(reason), remedy: AGAIN };
}

/** `instance i-0…, key pair packer_…`; undefined where nothing is. */
export function listResources(resources: readonly Resource[]): string | undefined {
  if (resources.length === 0) return undefined;
  return resources
    .map(({ kind, id }) => `${kind} ${id}${kind === 'image' ? ' and its snapshots' : ''}`)
    .join(', ');
}
