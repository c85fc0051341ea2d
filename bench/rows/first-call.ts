import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { startAnswering } from '../answering.ts';
import { processorSeconds } from '../cpu.ts';
import { fleetOf, MARK } from '../fleets.ts';
import type { Measured, Row, World } from '../model.ts';
import { ROOT } from '../world.ts';
import { milliseconds } from './version.ts';

const GOAL = 3;

/** What a command that asks EC2, SSM, Auto Scaling and STS imports where nothing is bundled. */
const CLIENTS = ['ec2', 'ssm', 'auto-scaling', 'sts'];

export const firstCall: Row = {
  name: 'first-call',
  what: 'first AWS command (`bake images list`, an endpoint that answers at once) / `node -e 0`, processor time',
  goal: `≤ ${GOAL}`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const program = join(await world.packaged(), 'bin', 'bake.js');
  const cwd = join(world.scratch, 'first-call');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'bake.yaml'), fleetOf('first', 4));
  await writeFile(join(cwd, 'mark.sh'), MARK);
  await writeFile(join(cwd, 'sdk.mjs'), CLIENTS.map((name) => `import '${sdk(name)}';\n`).join(''));
  await writeFile(
    join(cwd, 'http.mjs'),
    "process.getBuiltinModule('node:http').get(process.env.AWS_ENDPOINT_URL, { agent: false }, (answer) => answer.resume());\n",
  );
  using answering = await startAnswering();
  const where = { cwd, environment: answering.environment };
  const node = await processorSeconds([process.execPath, '-e', '0'], where);
  const bake = await processorSeconds([process.execPath, program, 'images', 'list'], where);
  const plain = await processorSeconds([process.execPath, 'sdk.mjs'], { ...where, times: 5 });
  const http = await processorSeconds([process.execPath, 'http.mjs'], where);
  return {
    figure: `${(bake / node).toFixed(1)} (${milliseconds(bake)} / ${milliseconds(node)})`,
    met: bake / node <= GOAL,
    note:
      `The floor is Node's: a script that only asks the same endpoint once with \`node:http\` takes ` +
      `${(http / node).toFixed(1)} times \`node -e 0\`; plain imports of the SDK's four clients ${(plain / node).toFixed(1)} times, before any call.`,
    numbers: { nodeSeconds: node, commandSeconds: bake, plainImportsSeconds: plain, httpSeconds: http },
  };
}

function sdk(name: string): string {
  return join(ROOT, 'node_modules', '@aws-sdk', `client-${name}`, 'dist-cjs', 'index.js');
}
