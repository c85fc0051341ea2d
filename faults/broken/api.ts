/** Worlds in which AWS answers badly, or hardly at all: a table, since they are alike. */

import type { Case } from '../model.ts';
import { BAKE } from '../small-fleet.ts';
import { ALWAYS, EXPIRED, every, THROTTLED } from './answers.ts';
import { inBrokenWorld, type Right, sceneOf } from './scene.ts';

interface Bad {
  readonly name: string;
  readonly what: string;
  /** Trial → what it meets. */
  readonly trials: Readonly<Record<string, readonly object[]>>;
  readonly right: Right;
}

const WORLDS: readonly Bad[] = [
  {
    name: 'throttling',
    what: "AWS refuses 30 % of the calls of a bake, Packer's included, for there are too many",
    trials: { bake: every(THROTTLED, { share: 0.3 }) },
    right: { exitCodes: [0] },
  },
  {
    name: 'throttling-for-ever',
    what: 'AWS refuses every call, for there are too many',
    trials: { bake: every(THROTTLED) },
    right: { exitCodes: [1], says: /limits the rate/ },
  },
  {
    name: 'dropped-connections',
    what: '10 % of the connections of a bake break, before the call has its effect or after it',
    trials: {
      'before the effect': every({ kind: 'drop', moment: 'before' }, { share: 0.1 }),
      'after the effect': every({ kind: 'drop', moment: 'after' }, { share: 0.1 }),
    },
    right: { exitCodes: [0, 1] },
  },
  {
    name: 'unreachable',
    what: 'every connection breaks: from the first call on, or for 30 calls in the middle of a bake (Packer tries ten times)',
    trials: {
      'from the first call': every({ kind: 'drop', moment: 'before' }),
      'for 30 calls from the 20th on': [
        { action: '*', skip: 20, times: 30, effect: { kind: 'drop', moment: 'before' } },
      ],
    },
    right: { exitCodes: [0, 1], says: /could not be reached|network/ },
  },
  {
    name: 'late-answers',
    what: 'answers come 20 s late: one in ten of a bake',
    trials: { bake: every({ kind: 'late', milliseconds: 20_000 }, { share: 0.1 }) },
    right: { exitCodes: [0] },
  },
  {
    name: 'expired-credentials',
    what: 'the credentials of a bake expire: before it has begun, when the builder runs, and when the image is made',
    trials: {
      'at the first call': every(EXPIRED),
      'at the 20th call': every(EXPIRED, { skip: 20 }),
      'at CreateImage': [
        { action: 'ec2:CreateImage', times: ALWAYS, effect: EXPIRED },
        { action: 'ec2:TerminateInstances', times: ALWAYS, effect: EXPIRED },
        { action: 'ec2:DeleteKeyPair', times: ALWAYS, effect: EXPIRED },
        { action: 'ec2:DeleteSecurityGroup', times: ALWAYS, effect: EXPIRED },
      ],
    },
    right: { exitCodes: [1], says: /expired/ },
  },
  {
    name: 'wrong-clock',
    what: "AWS's clock is 10 minutes ahead of this machine's, or behind it",
    trials: {
      ahead: every({ kind: 'skew', seconds: 600 }),
      behind: every({ kind: 'skew', seconds: -600 }),
    },
    right: { exitCodes: [0, 1], says: /clock/ },
  },
  {
    name: 'failed-image',
    what: 'AWS gives an image up',
    trials: { bake: [{ action: 'ec2:CreateImage', effect: { kind: 'fail', reason: 'Internal error' } }] },
    right: { exitCodes: [1] },
  },
];

export const api: readonly Case[] = WORLDS.map(({ name, what, trials, right }) => ({
  name,
  what,
  trials: async () => Object.keys(trials),
  attempt: async (world, trial) => {
    const scene = await sceneOf(world, name);
    await scene.write();
    const run = async () => {
      await scene.control('PUT', 'faults', [...(trials[trial] ?? [])]);
      return scene.bake(BAKE, scene.folder);
    };
    return inBrokenWorld(scene, { right, run });
  },
}));
