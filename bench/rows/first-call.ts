import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { rolldown } from 'rolldown';
import { lightModules } from '../../scripts/package/light-modules.ts';
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
  const client = await processorSeconds([process.execPath, await oneClient(cwd)], where);
  return {
    figure: `${(bake / node).toFixed(1)} (${milliseconds(bake)} / ${milliseconds(node)})`,
    met: bake / node <= GOAL,
    note:
      `Plain imports of the SDK's four clients take ${(plain / node).toFixed(1)} times \`node -e 0\`, before any call. The floor: ` +
      `one call with \`node:http\` and nothing else takes ${(http / node).toFixed(1)} times, one call with the SDK's EC2 client, ` +
      `bundled as bake is and with a compile cache, ${(client / node).toFixed(1)} times. The rest is the command line, the fleet file and its schema.`,
    numbers: {
      nodeSeconds: node,
      commandSeconds: bake,
      plainImportsSeconds: plain,
      httpSeconds: http,
      clientSeconds: client,
    },
  };
}

/** A script that asks EC2 once and does nothing else, as small and as quick as bake's own way makes it. */
async function oneClient(folder: string): Promise<string> {
  const source = join(folder, 'one-client.mjs');
  await writeFile(source, ONE_CALL);
  const build = await rolldown({
    cwd: ROOT,
    input: source,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'], modules: [join(ROOT, 'node_modules')] },
    plugins: [lightModules()],
    onLog: () => undefined,
  });
  await build.write({ dir: join(folder, 'one-client'), format: 'esm', minify: true });
  await build.close();
  await writeFile(join(folder, 'one-client', 'package.json'), '{"type":"module"}');
  const start = join(folder, 'one-client', 'start.js');
  const cache = JSON.stringify(join(folder, 'compiled'));
  const enable = `process.getBuiltinModule('node:module').enableCompileCache(${cache})`;
  await writeFile(start, `${enable};\nawait import('./one-client.js');\n`);
  return start;
}

const ONE_CALL = `import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
await new EC2Client({ region: 'eu-central-1' }).send(new DescribeImagesCommand({ Owners: ['self'] }));
`;

function sdk(name: string): string {
  return join(ROOT, 'node_modules', '@aws-sdk', `client-${name}`, 'dist-cjs', 'index.js');
}
