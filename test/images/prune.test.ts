import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ImageRecord, Use, UsedImage, Verdict } from '../../src/images/model.ts';
import { onlyAgreed, type PruneOptions, planPrune } from '../../src/images/prune.ts';
import { testImage } from '../support/images.ts';

const NOW = '2026-07-01T00:00:00.000Z';
const DAY = 86_400;
const OPTIONS: PruneOptions = {
  fleet: 'shop',
  keep: 2,
  olderThanSeconds: 60 * DAY,
  graceSeconds: 14 * DAY,
  now: NOW,
  isSelected: () => true,
};
const INSTANCE: Use = { kind: 'instance', id: 'i-1', group: undefined };

function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * DAY * 1000).toISOString();
}

function used(parts: Partial<ImageRecord>, ...uses: Use[]): UsedImage {
  return { image: testImage(parts), uses };
}

/** The image that the case is about: an old retired one, with newer images of its role. */
function old(parts: Partial<ImageRecord> = {}, ...uses: Use[]): UsedImage {
  return used(
    { imageId: 'ami-old', fingerprint: '0'.repeat(64), state: 'retired', createdAt: daysAgo(100), ...parts },
    ...uses,
  );
}

const NEWER: readonly UsedImage[] = [
  used({ imageId: 'ami-new1', fingerprint: '1'.repeat(64), createdAt: daysAgo(10) }),
  used({ imageId: 'ami-new2', fingerprint: '2'.repeat(64), createdAt: daysAgo(20) }),
];

function words(verdict: Verdict | undefined): string {
  return verdict?.action === 'keep' ? verdict.reason.kind : (verdict?.action ?? 'missing');
}

function verdictOf(id: string, images: readonly UsedImage[], options: Partial<PruneOptions> = {}): string {
  return words(planPrune(images, { ...OPTIONS, ...options }).find(({ image }) => image.imageId === id));
}

describe('what becomes of an old image', () => {
  const CASES: ReadonlyArray<
    readonly [what: string, expected: string, image: UsedImage, options?: Partial<PruneOptions>]
  > = [
    ['nobody needs it: disabled first', 'disable', old()],
    ['an instance runs from it, or is stopped', 'in-use', old({}, INSTANCE)],
    ['a launch template version names it', 'in-use', old({}, { kind: 'launch-template', id: 'lt-1' })],
    ['a launch configuration does', 'in-use', old({}, { kind: 'launch-configuration', name: 'lc' })],
    ["a group's override does", 'in-use', old({}, { kind: 'group', name: 'web' })],
    ['a rollout can go back to it', 'in-use', old({}, { kind: 'rollout', group: 'web' })],
    ['an SSM parameter publishes it', 'in-use', old({}, { kind: 'parameter', name: '/golden/web' })],
    ['an image stands on it', 'in-use', old({}, { kind: 'image', imageId: 'ami-2', name: 'n' })],
    ['another account may launch it', 'in-use', old({}, { kind: 'shared', with: '222222222222' })],
    [
      'nobody may know who uses it',
      'in-use',
      old({}, { kind: 'unknown', operation: 'ec2:DescribeImageReferences', reason: 'denied' }),
    ],
    ['younger than asked for', 'young', old({ createdAt: daysAgo(59) })],
    ['exactly as old as asked for', 'disable', old({ createdAt: daysAgo(60) })],
    ['its age can not be read', 'young', old({ createdAt: '' })],
    ['among the newest of its role', 'among-newest', old(), { keep: 3 }],
    ['protected', 'protected', old({ protected: true })],
    ['not what the command was asked about', 'not-selected', old(), { isSelected: () => false }],
    ['its name belies its tags', 'name-differs', old({ name: 'shop-web-of-somebody' })],
    ['it was never finished', 'unfinished', old({ state: 'unfinished' })],
    ['it failed', 'unfinished', old({ status: 'failed', available: false })],
    ['disabled long enough ago', 'delete', old({ status: 'disabled', disabledAt: daysAgo(14) })],
    ['disabled not long ago', 'grace', old({ status: 'disabled', disabledAt: daysAgo(13) })],
    ['disabled by somebody else', 'disabled-by-others', old({ status: 'disabled' })],
    [
      'disabled at a time that can not be read',
      'disabled-by-others',
      old({ status: 'disabled', disabledAt: 'soon' }),
    ],
    [
      'used again since it was disabled',
      'in-use',
      old({ status: 'disabled', disabledAt: daysAgo(30) }, INSTANCE),
    ],
  ];
  for (const [what, expected, image, options] of CASES) {
    test(what, () => assert.equal(verdictOf('ami-old', [...NEWER, image], options), expected));
  }
});

test('the newest golden image of a role stays, however many newer ones are not golden', () => {
  const golden = old({ state: 'golden' });
  const candidates = NEWER.map(({ image, uses }) => ({
    image: testImage({ ...image, state: 'candidate' }),
    uses,
  }));
  assert.equal(verdictOf('ami-old', [...candidates, golden]), 'newest-golden');
  assert.equal(verdictOf('ami-old', [...NEWER, golden]), 'disable');
});

test('a golden image that is disabled does not stand in for one that can be launched', () => {
  const disabled = used({
    imageId: 'ami-x',
    fingerprint: '3'.repeat(64),
    createdAt: daysAgo(90),
    status: 'disabled',
  });
  const candidates = NEWER.map(({ image, uses }) => ({
    image: testImage({ ...image, state: 'candidate' }),
    uses,
  }));
  assert.equal(verdictOf('ami-old', [...candidates, disabled, old({ state: 'golden' })]), 'newest-golden');
});

test('an image is kept for what uses its copy in another region, and a copy for its original', () => {
  const copy = (...uses: Use[]) =>
    old(
      { imageId: 'ami-copy', region: 'eu-west-1', copyOf: { region: 'eu-central-1', imageId: 'ami-old' } },
      ...uses,
    );
  const verdicts = planPrune([...NEWER, old(), copy(INSTANCE)], OPTIONS);
  const [verdict] = verdicts.filter(({ image }) => image.imageId === 'ami-old');
  assert.deepEqual(verdict?.action === 'keep' && verdict.reason, {
    kind: 'in-use',
    uses: [{ region: 'eu-west-1', use: INSTANCE }],
  });
  assert.equal(verdictOf('ami-copy', [...NEWER, old({}, INSTANCE), copy()]), 'in-use');
  assert.equal(verdictOf('ami-copy', [...NEWER, old(), copy()]), 'disable');
});

test('what nobody has said yes to stays, and what stays by now stays', () => {
  const [one, two] = [old({ imageId: 'ami-one' }), old({ imageId: 'ami-two', region: 'eu-west-1' })];
  const shown: Verdict[] = [
    { action: 'disable', image: one.image },
    { action: 'keep', image: two.image, reason: { kind: 'protected' } },
  ];
  const turned: Verdict[] = [
    { action: 'keep', image: one.image, reason: { kind: 'newest-golden' } },
    { action: 'disable', image: two.image },
  ];
  assert.deepEqual(onlyAgreed(shown, turned).map(words), ['newest-golden', 'not-selected']);
  assert.deepEqual(onlyAgreed(shown, shown).map(words), ['disable', 'protected']);
  const further: Verdict[] = [{ action: 'delete', image: one.image }];
  assert.deepEqual(onlyAgreed(shown, further).map(words), ['not-selected']);
});

test('copies do not count as images of their own', () => {
  const copies = NEWER.map(({ image }) =>
    used({ ...image, imageId: `${image.imageId}-copy`, region: 'eu-west-1' }),
  );
  assert.equal(verdictOf('ami-old', [...NEWER, ...copies, old()], { keep: 3 }), 'among-newest');
});

test("another role's images do not count", () => {
  assert.equal(verdictOf('ami-old', [...NEWER, old({ role: 'worker' })]), 'among-newest');
});

test('of all images there is one verdict each, and never one that leaves a role without its newest', () => {
  const image = fc.record({
    role: fc.constantFrom('web', 'worker'),
    fingerprint: fc.constantFrom('a', 'b', 'c', 'd', 'e').map((letter) => letter.repeat(64)),
    generation: fc.integer({ min: 1, max: 3 }),
    days: fc.integer({ min: 0, max: 300 }),
    state: fc.constantFrom('candidate' as const, 'golden' as const, 'retired' as const),
    isUsed: fc.boolean(),
    status: fc.constantFrom('available', 'disabled'),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(image, {
        selector: ({ role, fingerprint, generation }) => `${role}${fingerprint}${generation}`,
      }),
      (all) => {
        const images = all.map(({ days, isUsed, ...parts }, index) =>
          used(
            { ...parts, imageId: `ami-${index}`, createdAt: daysAgo(days), disabledAt: daysAgo(20) },
            ...(isUsed ? [INSTANCE] : []),
          ),
        );
        const verdicts = planPrune(images, OPTIONS);
        assert.equal(verdicts.length, images.length);
        for (const { action, image: judged } of verdicts) {
          const known = images.find((other) => other.image === judged);
          if (action !== 'keep') assert.deepEqual(known?.uses, []);
        }
        for (const role of ['web', 'worker']) {
          const ofRole = verdicts.filter((verdict) => verdict.image.role === role);
          const kept = ofRole.filter(({ action }) => action === 'keep').length;
          assert.ok(kept >= Math.min(OPTIONS.keep, ofRole.length));
        }
      },
    ),
  );
});
