/** A rehearsal's server with real moto and containers that are only imagined. */

import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, type TestContext, test } from 'node:test';
import type { Endpoints, SourceImage } from '../../../rehearsal/src/model.ts';
import { type Moto, startMoto } from '../../../rehearsal/src/server/moto.ts';
import { type RunningServer, startServer } from '../../../rehearsal/src/server/server.ts';
import { ImaginedMachines } from './imagined.ts';

export const ACCOUNT = '111122223333';
export const CREDENTIALS = { accessKeyId: 'AKIAREHEARSAL0000001', secretAccessKey: 'a secret of this test' };
export const DEBIAN: SourceImage = {
  imageId: 'ami-0debdebdebdebdeb1',
  name: 'debian-12-amd64-20261101-2282',
  ownerId: '136693071363',
  architecture: 'x86_64',
  distribution: 'debian-12',
  ssmParameter: '/aws/service/debian/release/12/latest/amd64',
};

export interface TestServer extends RunningServer {
  readonly endpoint: string;
  readonly machines: ImaginedMachines;
  readonly lines: string[];
  readonly moto: Moto;
  /** Moves the server's clock. */
  readonly clock: { offset: number };
  /** Options for any AWS SDK client; all retries are off. */
  readonly client: ClientOptions;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: typeof CREDENTIALS;
  readonly maxAttempts: number;
}

/** moto's command: BAKE_TEST_MOTO as a JSON list, or that of the rehearsal that the machine tests run in. */
export const MOTO: readonly string[] | undefined = motoCommand(process.env);

/** Skips loudly where there is no moto. */
export const SKIP =
  MOTO === undefined
    ? 'SKIPPED, NOT TESTED: BAKE_TEST_MOTO does not say how to start moto, and BAKE_REHEARSAL names no rehearsal that runs'
    : false;

function motoCommand(environment: NodeJS.ProcessEnv): readonly string[] | undefined {
  const { BAKE_TEST_MOTO: command, BAKE_REHEARSAL: stateFolder } = environment;
  if (command !== undefined) return JSON.parse(command);
  if (stateFolder === undefined) return undefined;
  const file = join(stateFolder, 'server-config.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).moto : undefined;
}

/**
 * A test function for one file: its tests share a server, which ends with them. A test that needs
 * nothing of the others takes a region of its own.
 */
export function serverTests(
  endpoints = NO_ENDPOINTS,
): (name: string, body: (server: TestServer, context: TestContext) => Promise<void>) => void {
  const endings: (() => Promise<unknown>)[] = [];
  let server: Promise<TestServer> | undefined;
  after(async () => {
    for (const end of endings.reverse()) await end();
  });
  return (name, body) => {
    test(name, { skip: SKIP }, async (context) => {
      server ??= startTestServer(MOTO ?? [], endpoints, (end) => endings.push(end));
      await body(await server, context);
    });
  };
}

/** Without a certificate nobody can connect. */
export const NO_ENDPOINTS: Endpoints = { authority: '', certificate: '', key: '', names: [] };

/** `command`: moto's. */
export async function startTestServer(
  command: readonly string[],
  endpoints: Endpoints,
  atEnd: (end: () => Promise<unknown>) => void,
  credentials = CREDENTIALS,
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-test-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const moto = await startMoto({ command, folder: join(folder, 'moto'), accountId: ACCOUNT, log });
  atEnd(() => moto.stop());
  const machines = new ImaginedMachines();
  const clock = { offset: 0 };
  const network = {
    name: '',
    bridge: '',
    subnet: '',
    gateway: '127.0.0.1',
    metadataPort: 0,
    endpointsPort: 0,
  };
  const server = await startServer({
    config: { ...credentials, accountId: ACCOUNT, network, endpoints, sourceImages: [DEBIAN] },
    machines,
    moto,
    log,
    imagePendingMilliseconds: 100,
    now: () => new Date(Date.now() + clock.offset),
  });
  atEnd(() => server.close());
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
  return { ...server, endpoint, machines, lines, moto, clock, client };
}

export interface Response {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

export interface RawRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address that the request comes from. */
  readonly from?: string;
  /** A Unix socket instead of the host in `url`. */
  readonly socketPath?: string;
}

/** A plain HTTP request, signed or not as the caller likes. */
export async function send(raw: RawRequest): Promise<Response> {
  const { url, method = 'GET', headers = {}, body, from, socketPath } = raw;
  const options = {
    method,
    headers,
    ...(from === undefined ? {} : { localAddress: from }),
    ...(socketPath === undefined ? {} : { socketPath }),
    agent: false,
  };
  return await new Promise((resolve, reject) => {
    const sent = request(url, options, (message) => {
      text(message).then((content) => {
        resolve({ status: message.statusCode ?? 0, body: content, headers: message.headers });
      }, reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Waits until `check` returns something. */
export async function eventually<Value>(check: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error('it did not happen within 10 seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
