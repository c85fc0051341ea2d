/** Rollouts whose calls AWS answers badly, over imagined machines; and two of one group at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { verdictOf } from '../checks.ts';
import type { Case } from '../model.ts';
import { onceIn } from '../once.ts';
import { openRolled } from '../rolled.ts';
import { EXPIRED, every, THROTTLED } from './answers.ts';
import { type Right, rightLost } from './scene.ts';

const REGION = 'eu-south-1';
const rolledIn = onceIn((world) => openRolled(world, REGION));

interface Bad {
  readonly faults: readonly object[];
  readonly right: Right;
}

const dropped = (moment: 'before' | 'after') => ({ kind: 'drop', moment });
const CHANGES = [
  'ec2:CreateLaunchTemplateVersion',
  'autoscaling:StartInstanceRefresh',
  'autoscaling:CreateOrUpdateTags',
];
/** Calls until the refresh has begun. */
const WATCHED = 14;
const NETWORK = /could not be reached|network/;

const WORLDS: Readonly<Record<string, Bad>> = {
  'AWS refuses 30 % of the calls': {
    faults: every(THROTTLED, { share: 0.3 }),
    right: { exitCodes: [0] },
  },
  '10 % of the connections break before the effect': {
    faults: every(dropped('before'), { share: 0.1 }),
    right: { exitCodes: [0] },
  },
  '10 % of the connections break after the effect': {
    faults: every(dropped('after'), { share: 0.1 }),
    right: { exitCodes: [0] },
  },
  'the answers to what changes something are lost': {
    faults: CHANGES.map((action) => ({ action, effect: dropped('after') })),
    right: { exitCodes: [0] },
  },
  'one answer in ten comes 20 s late': {
    faults: every({ kind: 'late', milliseconds: 20_000 }, { share: 0.1 }),
    right: { exitCodes: [0] },
  },
  'the credentials have expired': { faults: every(EXPIRED), right: { exitCodes: [1], says: /expired/ } },
  'the credentials expire when the refresh is to begin': {
    faults: [{ action: 'autoscaling:StartInstanceRefresh', times: 1000, effect: EXPIRED }],
    right: { exitCodes: [1], says: /expired/ },
  },
  'the credentials expire while it is watched': {
    faults: every(EXPIRED, { skip: WATCHED }),
    right: { exitCodes: [1], says: /expired/ },
  },
  "AWS's clock is 10 minutes ahead": {
    faults: every({ kind: 'skew', seconds: 600 }),
    right: { exitCodes: [0, 1], says: /clock/ },
  },
  "AWS's clock is 10 minutes behind": {
    faults: every({ kind: 'skew', seconds: -600 }),
    right: { exitCodes: [0, 1], says: /clock/ },
  },
  'AWS cannot be reached': {
    faults: every(dropped('before')),
    right: { exitCodes: [1], says: NETWORK },
  },
  'AWS cannot be reached any more while it is watched': {
    faults: every(dropped('before'), { skip: WATCHED }),
    right: { exitCodes: [1], says: NETWORK },
  },
};

const badAnswers: Case = {
  name: 'rollout-answers',
  what: 'a rollout, over imagined machines, that is throttled, dropped, answered late, expired, cut off, or has another clock; then the rollout again',
  trials: async () => Object.keys(WORLDS),
  attempt: async (world, trial) => {
    const { faults = [], right = { exitCodes: [] } } = WORLDS[trial] ?? {};
    const { reset, stock, control, run, command, recover } = await rolledIn(world);
    await reset();
    const before = await stock();
    await control('PUT', 'faults', faults);
    const ended = await run(command()).finally(() => control('PUT', 'faults', []));
    return verdictOf(ended, [...rightLost(ended, right), ...(await recover(before))]);
  },
};

const PAUSES: Readonly<Record<string, number>> = { together: 0, 'the second 1 s later': 1000 };

const twoRollouts: Case = {
  name: 'two-rollouts',
  what: 'two rollouts of one group at once, over imagined machines: one refresh, which both end with',
  trials: async () => Object.keys(PAUSES),
  attempt: async (world, trial) => {
    const { reset, stock, run, command, undone, refreshes, recover } = await rolledIn(world);
    await reset();
    const before = await stock();
    const first = run(command());
    await sleep(PAUSES[trial] ?? 0);
    const both = await Promise.all([first, run(command())]);
    const lost = both.flatMap((ended) => [
      ...verdictOf(ended, []).lost,
      ...rightLost(ended, { exitCodes: [0] }),
    ]);
    lost.push(...(await undone()), ...(await recover(before)));
    const { length } = await refreshes();
    if (length !== 1) lost.push(`there were ${length} refreshes`);
    return verdictOf(both[1], lost);
  },
};

export const rollouts: readonly Case[] = [badAnswers, twoRollouts];
