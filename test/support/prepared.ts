/** Prepared images for tests of `src/build`; `parts` replace their own. */

import type { PreparedImage } from '../../src/build/prepare.ts';

/** An image of the fleet `shop` that is to be baked for the first time. */
export function testPrepared(name: string, parts: Partial<PreparedImage> = {}): PreparedImage {
  return {
    plan: { name, origin: { kind: 'base' }, steps: [], instanceType: 't3.small', tags: {} },
    workspace: { image: name, files: [] },
    recipe: {
      files: [],
      inputs: { source: { ami: 'ami-0' }, artifacts: [], tools: { bake: '', packer: '', amazonPlugin: '' } },
    },
    fingerprint: 'a'.repeat(64),
    imageName: `shop-${name}-aaaaaaaaaaaa-1`,
    decision: { kind: 'bake', generation: 1, why: 'no-such-image' },
    artifacts: [],
    ossecSha256: '',
    ...parts,
  };
}
