/**
 * The server as a process: `node main.ts CONFIGFILE`. Its log goes to stdout. When it takes calls it
 * writes `server.json` into the state folder; SIGTERM ends it, and moto with it.
 */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerMachines } from '../machines/machines.ts';
import { readConfig } from './config.ts';
import { startMoto } from './moto.ts';
import { startServer } from './server.ts';

async function main(configFile: string): Promise<void> {
  // A server that ends in the middle of its start leaves moto behind: signals are heard from the beginning.
  const ending = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
  const config = await readConfig(configFile);
  const { stateFolder, accountId } = config;
  const moto = await startMoto({
    command: config.moto,
    folder: join(stateFolder, 'moto'),
    accountId,
    log,
  });
  try {
    const server = await startServer({ config, machines: dockerMachines(config), moto, log });
    await announce(stateFolder, server.port);
    log(`ready on port ${server.port}`);
    await ending;
    await server.close();
  } finally {
    await moto.stop();
  }
  log('ended');
}

/** The file is there whole, or not at all. */
async function announce(stateFolder: string, port: number): Promise<void> {
  const file = join(stateFolder, 'server.json');
  await writeFile(`${file}.new`, JSON.stringify({ pid: process.pid, port }), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

await main(process.argv[2] ?? '');
