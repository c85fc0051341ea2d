/** Where something breaks, and what must be left of it. */

import type { Ended } from '../../test/support/own-rehearsal.ts';
import { failuresOf, verdictOf, wordsLost } from '../checks.ts';
import type { Verdict } from '../model.ts';
import { onceIn } from '../once.ts';
import { finished, openSmallFleet, type SmallFleet } from '../small-fleet.ts';
import { type Stock, stockLost } from '../stock.ts';

/** Of no other test: what is new in it is a trial's. */
export const REGION = 'ca-central-1';

/** The fleet of a case, in a folder of its own; the same one for all its trials. */
export const sceneOf = onceIn((world, name) => openSmallFleet(world, name, REGION));

/** Which ends are right: exit codes, and what bake must have said where it did not succeed. */
export interface Right {
  readonly exitCodes: ReadonlyArray<number | undefined>;
  readonly says?: RegExp;
}

/**
 * Runs something in a broken world, has that world mended and `bake reap` run, and looks what is left: nothing but
 * finished images, and what is somebody else's.
 */
export async function inBrokenWorld(
  scene: SmallFleet,
  {
    right,
    run,
    mend = async () => {},
  }: {
    readonly right: Right;
    readonly run: () => Promise<Ended>;
    readonly mend?: () => Promise<unknown>;
  },
): Promise<Verdict> {
  await scene.removeImages();
  const before = await scene.stock();
  let ended: Ended;
  try {
    ended = await run();
  } finally {
    await scene.control('PUT', 'faults', []);
    await mend();
  }
  const lost = [...rightLost(ended, right), ...(await leftLost(scene, before))];
  await scene.removeImages();
  return verdictOf(ended, lost);
}

/** What is wrong with an end that is none of the right ones. */
export function rightLost(ended: Ended, { exitCodes, says }: Right): string[] {
  const said = JSON.stringify(failuresOf(ended.events));
  return [
    ...(exitCodes.includes(ended.exitCode) ? [] : [`it ended with ${ended.exitCode}: ${said}`]),
    ...(ended.exitCode === 0 || says === undefined || says.test(said)
      ? []
      : [`it does not say ${says}: ${said}`]),
  ];
}

/** What is wrong after `bake reap`. */
export async function leftLost(scene: SmallFleet, before: Stock): Promise<string[]> {
  const reaped = await scene.bake(['reap', '--older-than', '1s'], scene.folder);
  const words = wordsLost(reaped).map((what) => `bake reap: ${what}`);
  if (reaped.exitCode !== 0)
    words.push(`bake reap ended with ${reaped.exitCode}: ${JSON.stringify(reaped.events.slice(-2))}`);
  return [...words, ...stockLost(before, await scene.stock(), finished(await scene.images()))];
}
