import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf, type Inputs, recipeOf, rememberingDigest } from '../../src/plan/fingerprint.ts';
import type { Workspace } from '../../src/plan/model.ts';

const WORKSPACE: Workspace = {
  image: 'web',
  files: [
    { path: 'a', executable: false, content: 'one' },
    { path: 'b', executable: true, content: 'two' },
  ],
};
const INPUTS: Inputs = {
  source: { ami: 'ami-1' },
  artifacts: ['aa', 'bb'],
  tools: { bake: '1', packer: '2', amazonPlugin: '3' },
};
const BASELINE = fingerprintOf(recipeOf(WORKSPACE, INPUTS));

const CHANGES: ReadonlyArray<readonly [what: string, workspace: Workspace, inputs: Inputs]> = [
  ['the source image', WORKSPACE, { ...INPUTS, source: { ami: 'ami-2' } }],
  ['the base image', WORKSPACE, { ...INPUTS, source: { baseFingerprint: 'ami-1', baseGeneration: 1 } }],
  ['an artifact', WORKSPACE, { ...INPUTS, artifacts: ['aa'] }],
  ['a tool', WORKSPACE, { ...INPUTS, tools: { ...INPUTS.tools, packer: '9' } }],
  ['a file', { ...WORKSPACE, files: WORKSPACE.files.slice(1) }, INPUTS],
  [
    'where one file ends and the next begins',
    {
      image: 'web',
      files: [
        { path: 'a', executable: false, content: 'onetwo' },
        { path: 'b', executable: true, content: '' },
      ],
    },
    INPUTS,
  ],
  [
    'an executable bit',
    { image: 'web', files: WORKSPACE.files.map((file) => ({ ...file, executable: false })) },
    INPUTS,
  ],
];

for (const [what, workspace, inputs] of CHANGES) {
  test(`${what} changes the fingerprint`, () => {
    assert.notEqual(fingerprintOf(recipeOf(workspace, inputs)), BASELINE);
  });
}

test('the order of artifacts and the kind of a content do not', () => {
  const bytes = {
    image: 'web',
    files: WORKSPACE.files.map((file) => ({ ...file, content: Buffer.from(String(file.content)) })),
  };
  assert.equal(fingerprintOf(recipeOf(bytes, { ...INPUTS, artifacts: ['bb', 'aa'] })), BASELINE);
});

test('a digest that remembers gives the same', () => {
  const digest = rememberingDigest();
  for (const _ of [1, 2]) assert.deepEqual(recipeOf(WORKSPACE, INPUTS, digest), recipeOf(WORKSPACE, INPUTS));
});
