/** A push of one changed setting to a group of one. */

import { openPushed, PUSH } from '../pushed.ts';
import type { Swept } from './model.ts';

const REGION = 'ca-west-1';

export const push: Swept = {
  name: 'push',
  what: 'a push to one instance; then the push again',
  open: async (world) => {
    const { start, ...scene } = await openPushed(world, REGION);
    return { ...scene, start: () => start(PUSH) };
  },
};
