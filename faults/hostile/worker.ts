/** `worker.ts SCRATCH seed SEED COUNT [PACKER]` or `worker.ts SCRATCH huge NAME`: tries, and prints what was lost as JSON. */

import process from 'node:process';
import type { Assets } from '../../src/render/assets.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { testTools } from '../../test/support/tools.ts';
import { HUGE } from './huge.ts';
import { openReaders } from './read-back.ts';
import { smallest, type Tally, tryInputs, trySeed } from './try.ts';

const MOST_MIB = 512;
/** What bake takes before it reads a fleet file; what tries it takes more, with all that it loads. */
const BARE_MIB = 75;
const mebibytesNow = () => process.resourceUsage().maxRSS / 1024;
const [scratch = '', kind = '', name = '', count = ''] = process.argv.slice(2);

async function work(assets: Assets): Promise<{ tally: Tally; minimal?: string | undefined }> {
  if (kind === 'huge') {
    const make = HUGE[name];
    if (make === undefined) throw new Error(`there is no huge input ${name}`);
    return { tally: await tryInputs([make()], { scratch, assets, readers: openReaders(scratch) }) };
  }
  const bench = { scratch, assets, readers: openReaders(scratch, await testTools()) };
  const tally = await trySeed(Number(name), Number(count), bench);
  return {
    tally,
    minimal: tally.lost.length === 0 ? undefined : await smallest(Number(name), Number(count), bench),
  };
}

const assets = await loadAssets();
const before = mebibytesNow();
const { tally, minimal } = await work(assets);
const mebibytes = mebibytesNow() - before + BARE_MIB;
const lost = [
  ...tally.lost.map(({ words }) => words),
  ...(minimal === undefined ? [] : [`the smallest: ${minimal.slice(0, 2000)}`]),
  ...(mebibytes > MOST_MIB ? [`it took ${mebibytes.toFixed(0)} MiB`] : []),
];
process.stdout.write(
  JSON.stringify({ tried: tally.tried, taken: tally.taken, lost, mebibytes: Math.round(mebibytes) }),
);
