/** An AWS whose machines are only imagined, with the rehearsal's server and moto: for what boots nothing. */

import { join } from 'node:path';
import { readConfig } from '../rehearsal/src/server/config.ts';
import { CREDENTIALS, NO_ENDPOINTS, startTestServer } from '../test/rehearsal/server/support.ts';
import { ImaginedFleet } from '../test/support/imagined-fleet.ts';
import { type Control, controlOf, startBake } from '../test/support/own-rehearsal.ts';
import { setUpForeign } from './foreign.ts';
import type { World } from './model.ts';
import { onceIn } from './once.ts';
import { heart } from './secrets/canaries.ts';
import { takeStock } from './stock.ts';
import { PROGRAM } from './world.ts';

/** One for all cases of a world. */
const imaginedIn = onceIn(open);

async function open(world: World) {
  // It brings moto.
  await world.rehearsal();
  const { moto } = await readConfig(join(world.environment.BAKE_REHEARSAL ?? '', 'server-config.json'));
  const credentials = { accessKeyId: CREDENTIALS.accessKeyId, secretAccessKey: heart() };
  const server = await startTestServer(moto, NO_ENDPOINTS, (end) => world.atEnd(end), credentials);
  const caller = { endpoint: server.endpoint, credentials };
  const control: Control = controlOf(caller);
  /** With it, bake takes this for AWS. */
  const environment = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  return { server, caller, control, environment };
}

/** A fleet in a region of its own, beside what is somebody else's. */
export async function openFleet(world: World, region: string) {
  const { server, caller, control, environment } = await imaginedIn(world);
  const fleet = await ImaginedFleet.open(server, { after: world.atEnd }, region);
  const { folder } = fleet;
  await setUpForeign(caller, region);
  return {
    ...{ server, caller, environment, fleet, folder, control },
    stock: () => takeStock(caller, region),
    /** Runs bake to its end. */
    run: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      world.bake(args, folder, { ...environment, ...more }),
    /** Starts bake in a process group of its own. */
    start: (args: readonly string[]) => startBake(PROGRAM, args, { folder, environment, detached: true }),
  };
}
