import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Compared,
  compareRecipes,
  newestImage,
  type Reason,
  reasonsFor,
} from '../../src/images/reasons.ts';
import type { ExistingImage } from '../../src/plan/decide.ts';
import type { Inputs, Recipe } from '../../src/plan/fingerprint.ts';
import { reasonWords } from '../../src/report/images/reason-words.ts';
import { testFleet, testRole } from '../support/fleet.ts';

const FLEET = testFleet({
  roles: [
    testRole({
      steps: [
        {
          name: 'provision',
          script: new Uint8Array(),
          scriptPath: 'roles/web/provision.sh',
          environment: {},
        },
      ],
    }),
  ],
});

const INPUTS: Inputs = {
  source: { ami: 'ami-1' },
  artifacts: ['a'.repeat(64)],
  tools: { bake: '1.0.0', packer: '1.11.0', amazonPlugin: '1.8.1' },
};

const FILES = {
  'image.pkr.hcl': '1',
  'plugins.pkr.hcl': '1',
  'steps/lib.sh': '1',
  'steps/01-wait-for-boot/run.sh': '1',
  'steps/02-web-packages/run.sh': '1',
  'steps/02-web-packages/values.sh': '1',
  'steps/03-web-files/rootfs/etc/motd': '1',
  'steps/04-web-step-provision/environment.sh': '1',
  'steps/04-web-step-provision/script': '1',
  'steps/05-ossec-config/ossec.conf': '1',
  'steps/06-seal-clean/run.sh': '1',
};

function recipe(files: Readonly<Record<string, string>> = {}, inputs: Partial<Inputs> = {}): Recipe {
  return {
    files: Object.entries({ ...FILES, ...files })
      .filter(([, sha256]) => sha256 !== 'gone')
      .map(([path, sha256]) => ({ path, executable: false, sha256 })),
    inputs: { ...INPUTS, ...inputs },
  };
}

const moved = (from: string, to: string) =>
  Object.fromEntries(
    Object.entries(FILES)
      .filter(([path]) => path.startsWith(`steps/${from}/`))
      .flatMap(([path, sha256]) => [
        [path, 'gone'],
        [path.replace(from, to), sha256],
      ]),
  );

describe('what is different, in words', () => {
  const CASES: ReadonlyArray<readonly [what: string, after: Recipe, words: readonly string[]]> = [
    ['nothing', recipe(), []],
    [
      "a user's script",
      recipe({ 'steps/04-web-step-provision/script': '2' }),
      ['roles/web/provision.sh changed'],
    ],
    [
      'its environment',
      recipe({ 'steps/04-web-step-provision/environment.sh': '2' }),
      ['env of step provision of web changed'],
    ],
    ['packages', recipe({ 'steps/02-web-packages/values.sh': '2' }), ['packages of web changed']],
    [
      'a placed file',
      recipe({ 'steps/03-web-files/rootfs/etc/motd': '2', 'steps/03-web-files/rootfs/etc/issue': '1' }),
      ['/etc/issue, placed by web was added', '/etc/motd, placed by web changed'],
    ],
    [
      'the OSSEC layer',
      recipe({ 'steps/05-ossec-config/ossec.conf': '2' }),
      ['the OSSEC layer (ossec.conf) changed'],
    ],
    ['what is in no step', recipe({ 'image.pkr.hcl': '2' }), ['the builder, the region or the tags changed']],
    [
      'a step that came: those after it only move on',
      recipe({
        ...moved('05-ossec-config', '06-ossec-config'),
        ...moved('06-seal-clean', '07-seal-clean'),
        'steps/05-web-step-harden/script': '1',
        'steps/05-web-step-harden/run.sh': '1',
        'image.pkr.hcl': '2',
      }),
      ['step harden of web was added'],
    ],
    [
      'a step that went',
      recipe({
        'steps/04-web-step-provision/script': 'gone',
        'steps/04-web-step-provision/environment.sh': 'gone',
        'image.pkr.hcl': '2',
      }),
      ['step provision of web was removed'],
    ],
    [
      'the order of steps',
      recipe({
        ...moved('03-web-files', '04-web-files'),
        ...moved('04-web-step-provision', '03-web-step-provision'),
        'image.pkr.hcl': '2',
      }),
      ['the order of its steps changed'],
    ],
    [
      "bake's own files, of one version",
      recipe({ 'steps/lib.sh': '2', 'steps/06-seal-clean/run.sh': '2' }),
      ['2 files of bake itself changed'],
    ],
    [
      'a new version of bake: its files are no further news',
      recipe({ 'steps/lib.sh': '2' }, { tools: { ...INPUTS.tools, bake: '1.1.0' } }),
      ['bake moved from 1.0.0 to 1.1.0'],
    ],
    [
      'the source image',
      recipe({}, { source: { ami: 'ami-2' } }),
      ['the source AMI moved from ami-1 to ami-2'],
    ],
    [
      'a download',
      recipe({}, { artifacts: ['b'.repeat(64)] }),
      ['the download aaaaaaaaaaaa… was removed', 'the download bbbbbbbbbbbb… was added'],
    ],
    [
      'Packer',
      recipe({}, { tools: { ...INPUTS.tools, packer: '1.12.0' } }),
      ['Packer moved from 1.11.0 to 1.12.0'],
    ],
  ];
  for (const [what, after, words] of CASES) {
    test(what, () => assert.deepEqual(compareRecipes(recipe(), after, FLEET).map(reasonWords), words));
  }

  test("a role's base", () => {
    const on = (baseGeneration: number) => recipe({}, { source: { baseFingerprint: 'f', baseGeneration } });
    assert.deepEqual(compareRecipes(on(1), on(2), FLEET).map(reasonWords), ['base changes']);
  });

  test('what the fleet file no longer has is named after its step', () => {
    const before = recipe({ 'steps/04-web-step-old/script': '1' });
    const after = recipe({ 'steps/04-web-step-old/script': '2' });
    assert.deepEqual(compareRecipes(before, after, FLEET).map(reasonWords), [
      'the script of step old of web changed',
    ]);
  });
});

const FINGERPRINT = 'f'.repeat(64);

function image(parts: Partial<ExistingImage> = {}): ExistingImage {
  return {
    imageId: 'ami-9',
    name: 'shop-web-ffffffffffff-1',
    role: 'web',
    fingerprint: '0'.repeat(64),
    generation: 1,
    state: 'golden',
    createdAt: '2026-01-01T00:00:00.000Z',
    available: true,
    pending: false,
    run: 'r',
    ...parts,
  };
}

describe('why an image would be baked', () => {
  const compared = (parts: Partial<Compared>): Compared => ({
    fleet: FLEET,
    decision: { kind: 'bake', generation: 1, why: 'no-such-image' },
    recipe: recipe(),
    fingerprint: FINGERPRINT,
    images: [],
    previous: undefined,
    now: '2026-01-31T12:00:00.000Z',
    ...parts,
  });
  const bake = (why: Compared['decision']['why']): Compared['decision'] => ({
    kind: 'bake',
    generation: 2,
    why,
  });
  const same = image({ fingerprint: FINGERPRINT });
  const CASES: ReadonlyArray<
    readonly [what: string, compared: Partial<Compared>, reasons: readonly Reason[]]
  > = [
    ['no image at all', {}, [{ kind: 'first' }]],
    ['only an unfinished one', { images: [image({ state: 'unfinished' })] }, [{ kind: 'first' }]],
    ['forced', { decision: bake('forced'), images: [same] }, [{ kind: 'forced' }]],
    [
      'too old',
      { decision: bake('too-old'), images: [same] },
      [{ kind: 'too-old', imageId: 'ami-9', ageSeconds: 30.5 * 86_400 }],
    ],
    [
      'retired',
      { decision: bake('unusable'), images: [{ ...same, state: 'retired' }] },
      [{ kind: 'unusable', imageId: 'ami-9', state: 'retired' }],
    ],
    [
      'baked elsewhere, and no record of it here',
      { images: [image()] },
      [{ kind: 'unknown', imageId: 'ami-9' }],
    ],
    [
      'a change since the newest image',
      { images: [image()], previous: recipe({ 'steps/02-web-packages/values.sh': '0' }) },
      [{ kind: 'part', change: 'changed', name: 'packages of web' }],
    ],
  ];
  for (const [what, parts, reasons] of CASES) {
    test(what, () => assert.deepEqual(reasonsFor(compared(parts)), reasons));
  }

  test('the newest image that was finished is what is compared with', () => {
    const newest = newestImage([
      image({ imageId: 'ami-1' }),
      image({ imageId: 'ami-2', createdAt: '2026-02-01T00:00:00.000Z' }),
      image({ imageId: 'ami-3', createdAt: '2026-03-01T00:00:00.000Z', state: 'unfinished' }),
    ]);
    assert.equal(newest?.imageId, 'ami-2');
  });
});
