import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ServerConfig } from '../../../rehearsal/src/model.ts';
import { ACCOUNT, CREDENTIALS, DEBIAN, eventually, MOTO, SKIP, send } from './support.ts';

const MAIN = join(import.meta.dirname, '../../../rehearsal/src/server/main.ts');

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
  readonly folder: string;
}

/** Starts the server as the preparation does, with a Docker engine that is not there. */
async function start(t: { after: (end: () => Promise<void>) => void }): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-main-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.json');
  const config: ServerConfig = {
    ...CREDENTIALS,
    stateFolder: folder,
    name: 'bake-rehearsal-test',
    code: 'this',
    accountId: ACCOUNT,
    docker: { command: '/bin/false', host: 'unix:///nowhere', own: true, cgroupVersion: 2, derivesMac: true },
    network: {
      name: 'n',
      bridge: 'b',
      subnet: '127.0.0.0/24',
      gateway: '127.0.0.1',
      metadataPort: 0,
      endpointsPort: 0,
    },
    moto: MOTO ?? [],
    endpoints: { authority: '', certificate: '', key: '', names: [] },
    sourceImages: [DEBIAN],
  };
  await writeFile(file, JSON.stringify(config));
  const child = spawn(process.execPath, [MAIN, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  t.after(async () => void child.kill('SIGKILL'));
  const announced = await eventually(() =>
    readFile(join(folder, 'server.json'), 'utf8').catch(() => undefined),
  );
  const { pid, port } = JSON.parse(announced);
  assert.equal(pid, child.pid);
  return { process: child, port, folder };
}

test('the process says where it is when it takes calls, and SIGTERM ends it and moto', {
  skip: SKIP,
}, async (t) => {
  const { process: server, port, folder } = await start(t);
  const nonce = '0123456789abcdef';
  const { body } = await send({ url: `http://127.0.0.1:${port}/_rehearsal/hello?nonce=${nonce}` });
  assert.equal(body, createHmac('sha256', CREDENTIALS.secretAccessKey).update(nonce).digest('hex'));
  assert.equal((await stat(join(folder, 'server.json'))).mode & 0o777, 0o600);
  const socket = { socketPath: join(folder, 'moto', 'moto.sock') };
  assert.equal((await send({ url: 'http://127.0.0.1/moto-api/data.json', ...socket })).status, 200);
  server.kill('SIGTERM');
  assert.deepEqual(await once(server, 'exit'), [0, null]);
  await assert.rejects(send({ url: 'http://127.0.0.1/moto-api/data.json', ...socket }), {
    code: 'ECONNREFUSED',
  });
});
