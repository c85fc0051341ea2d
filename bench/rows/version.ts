import { join } from 'node:path';
import process from 'node:process';
import { processorSeconds } from '../cpu.ts';
import type { Measured, Row, World } from '../model.ts';

const GOAL = 1.3;

export const version: Row = {
  name: 'version',
  what: '`bake --version` / `node -e 0`, processor time',
  goal: `≤ ${GOAL}`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const program = join(await world.packaged(), 'bin', 'bake.js');
  const where = { cwd: world.scratch };
  const node = await processorSeconds([process.execPath, '-e', '0'], where);
  const bake = await processorSeconds([process.execPath, program, '--version'], where);
  const help = await processorSeconds([process.execPath, program, '--help'], where);
  return {
    figure: `${(bake / node).toFixed(2)} (${milliseconds(bake)} / ${milliseconds(node)})`,
    met: bake / node <= GOAL,
    note: `\`bake --help\`, which builds every command, takes ${(help / node).toFixed(2)} times \`node -e 0\`.`,
    numbers: { nodeSeconds: node, versionSeconds: bake, helpSeconds: help },
  };
}

export function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
