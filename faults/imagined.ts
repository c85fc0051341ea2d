/** An AWS whose machines are only imagined, with the rehearsal's server and moto: for what boots nothing. */

import { join } from 'node:path';
import { readConfig } from '../rehearsal/src/server/config.ts';
import { lazily } from '../src/world/lazily.ts';
import { CREDENTIALS, NO_ENDPOINTS, startTestServer } from '../test/rehearsal/server/support.ts';
import { type Control, controlOf } from '../test/support/own-rehearsal.ts';
import type { World } from './model.ts';

export type Imagined = Awaited<ReturnType<typeof open>>;

const opened = new WeakMap<World, () => Promise<Imagined>>();

/** One for all cases of a world. */
export function imaginedIn(world: World): Promise<Imagined> {
  const known = opened.get(world) ?? lazily(() => open(world));
  opened.set(world, known);
  return known();
}

async function open(world: World) {
  // It brings moto.
  await world.rehearsal();
  const { moto } = await readConfig(join(world.environment.BAKE_REHEARSAL ?? '', 'server-config.json'));
  const server = await startTestServer(moto, NO_ENDPOINTS, (end) => world.atEnd(end));
  const caller = { endpoint: server.endpoint, credentials: CREDENTIALS };
  const control: Control = controlOf(caller);
  /** With it, bake takes this for AWS. */
  const environment = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  return { server, caller, control, environment };
}
