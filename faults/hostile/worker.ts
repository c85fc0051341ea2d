/** `worker.ts SCRATCH seed SEED COUNT [PACKER]` or `worker.ts SCRATCH huge NAME`: tries, and prints what was lost as JSON. */

import process from 'node:process';
import { loadAssets } from '../../src/world/assets.ts';
import { testTools } from '../../test/support/tools.ts';
import { HUGE } from './huge.ts';
import { openReaders } from './read-back.ts';
import { smallest, type Tally, tryInputs, trySeed } from './try.ts';

const MOST_MIB = 512;
const [scratch = '', kind = '', name = '', count = ''] = process.argv.slice(2);

async function work(): Promise<{ tally: Tally; minimal?: string | undefined }> {
  const assets = await loadAssets();
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

const { tally, minimal } = await work();
const mebibytes = process.resourceUsage().maxRSS / 1024;
const lost = [
  ...tally.lost.map(({ words }) => words),
  ...(minimal === undefined ? [] : [`the smallest: ${minimal.slice(0, 2000)}`]),
  ...(mebibytes > MOST_MIB ? [`it took ${mebibytes.toFixed(0)} MiB`] : []),
];
process.stdout.write(
  JSON.stringify({ tried: tally.tried, taken: tally.taken, lost, mebibytes: Math.round(mebibytes) }),
);
