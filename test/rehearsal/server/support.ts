/** A rehearsal's server with real moto and containers that are only imagined. */

import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Machine, Machines, SourceImage } from '../../../rehearsal/src/model.ts';
import { type Moto, startMoto } from '../../../rehearsal/src/server/moto.ts';
import { type RunningServer, startServer } from '../../../rehearsal/src/server/server.ts';

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

/** Skips loudly where there is no moto: its command is a JSON list in BAKE_TEST_MOTO. */
export const MOTO = process.env.BAKE_TEST_MOTO;
export const NEEDS_MOTO = {
  skip: MOTO === undefined ? 'SKIPPED, NOT TESTED: BAKE_TEST_MOTO does not say how to start moto' : false,
};

/** Containers that exist as far as anybody asks. */
export class ImaginedMachines implements Machines {
  readonly log: string[] = [];
  /** Set to make the named method fail. */
  readonly failing = new Set<string>();
  /** How long everything takes. */
  milliseconds = 20;
  #next = 2;
  #ended: (instanceId: string) => void = () => undefined;

  reserve(): Promise<Pick<Machine, 'bridgeAddress' | 'address'>> {
    if (this.failing.has('reserve')) return Promise.reject(new Error('no address is free'));
    this.#next += 1;
    // Loopback addresses, so that a test can call the metadata service from them.
    return Promise.resolve({ bridgeAddress: `127.78.0.${this.#next}`, address: `127.77.0.${this.#next}` });
  }
  async launch(instanceId: string, image: string): Promise<Machine> {
    await this.#act('launch', instanceId, image);
    return { containerId: instanceId, bridgeAddress: '', address: '' };
  }
  async stop(instanceId: string): Promise<void> {
    await this.#act('stop', instanceId);
    this.#ended(instanceId);
  }
  start(instanceId: string): Promise<void> {
    return this.#act('start', instanceId);
  }
  async terminate(instanceId: string): Promise<void> {
    await this.#act('terminate', instanceId);
    this.#ended(instanceId);
  }
  async commit(instanceId: string, imageId: string): Promise<number> {
    await this.#act('commit', instanceId, imageId);
    return 300_000_000;
  }
  removeImage(imageId: string): Promise<void> {
    return this.#act('removeImage', imageId);
  }
  watch(ended: (instanceId: string) => void): void {
    this.#ended = ended;
  }
  /** Powers a machine off from inside. */
  powerOff(instanceId: string): void {
    this.#ended(instanceId);
  }

  async #act(method: string, ...args: readonly string[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.milliseconds));
    this.log.push([method, ...args].join(' '));
    if (this.failing.has(method)) throw new Error(`${method} fails in this test`);
  }
}

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

/** Starts a server with everything that it needs; all ends with the test. */
export async function startTestServer(t: TestContext): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const command: string[] = JSON.parse(MOTO ?? '[]');
  const moto = await startMoto({ command, folder: join(folder, 'moto'), accountId: ACCOUNT, log });
  t.after(() => moto.stop());
  const machines = new ImaginedMachines();
  const clock = { offset: 0 };
  const network = { name: '', bridge: '', subnet: '', gateway: '127.0.0.1', metadataPort: 0 };
  const server = await startServer({
    config: { ...CREDENTIALS, accountId: ACCOUNT, network, sourceImages: [DEBIAN] },
    machines,
    moto,
    log,
    imagePendingMilliseconds: 100,
    now: () => new Date(Date.now() + clock.offset),
  });
  t.after(() => server.close());
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = { endpoint, region: 'eu-west-1', credentials: CREDENTIALS, maxAttempts: 1 };
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
}

/** A plain HTTP request, signed or not as the caller likes. */
export async function send({ url, method = 'GET', headers = {}, body, from }: RawRequest): Promise<Response> {
  const options = { method, headers, ...(from === undefined ? {} : { localAddress: from }), agent: false };
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
