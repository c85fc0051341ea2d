/** Waits for something that a command leads to. */

import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 40;

/** Asks until `isSo`, which is true, or until the command has ended, which is false. */
export async function untilOrEnded(ending: Promise<unknown>, isSo: () => Promise<boolean>): Promise<boolean> {
  let hasEnded = false;
  void ending.then(() => (hasEnded = true));
  while (!hasEnded) {
    if (await isSo()) return true;
    await sleep(PAUSE_MILLISECONDS);
  }
  return false;
}
