/** Groups of two, one after the other, that are to be moved from one image to the next. */

import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { after } from './checks.ts';
import { Groups, ofGroup } from './groups.ts';
import { openFleet } from './imagined.ts';
import type { World } from './model.ts';
import { type Stock, stockLost } from './stock.ts';

export type Rolled = Awaited<ReturnType<typeof openRolled>>;

export async function openRolled(world: World, region: string) {
  const opened = await openFleet(world, region);
  const { server, fleet, run, stock } = opened;
  const groups = new Groups(fleet, new AutoScalingClient({ ...server.client, region }));
  const images = { first: await fleet.image({ digit: '1' }), next: await fleet.image({ digit: '2' }) };
  // Somebody else's, of the very image that the trials leave.
  await groups.make('foreign', images.first);
  let count = 0;
  let group = '';
  const command = () => ['rollout', '--role', 'web', '--group', group, '--yes'];
  const undone = () => groups.wrong(group, images.next);
  return {
    ...opened,
    command,
    /** What is not as after one rollout. */
    undone,
    /** How many refreshes the group has seen. */
    refreshes: () => groups.refreshes(group),
    /** Makes another group, and removes the one before it. `settings`: more of `rollout:`. */
    reset: async (settings = '') => {
      await fleet.write(`rollout: { minimum_healthy: 100, maximum_healthy: 200, warmup: 0s${settings} }\n`);
      if (group !== '') await groups.remove(group);
      count += 1;
      group = `trial-${count}`;
      await groups.make(group, images.first);
    },
    /** The rollout again; returns what is wrong after it, or is not as before the first one. */
    recover: async (before: Stock) => {
      const lost = after('the rollout again', await run(command()));
      lost.push(...(await groups.untilDone(group)));
      const now = await stock();
      lost.push(...(await undone()));
      return [...lost, ...stockLost(before, now, ofGroup(group, before, now))];
    },
  };
}
