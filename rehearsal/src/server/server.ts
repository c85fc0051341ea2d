/** The rehearsal's server: the API in front of moto, and the metadata service of the instances. */

import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Machines, ServerConfig } from '../model.ts';
import { type ApiOptions, handleApi } from './api.ts';
import { AutoScaling } from './autoscaling/engine.ts';
import { Templates } from './autoscaling/templates.ts';
import type { WorldOfGroups } from './autoscaling/world.ts';
import { Calls, type Log } from './calls.ts';
import { HeldCalls } from './connection-faults.ts';
import { isSilent } from './ec2/egress.ts';
import { handleEndpoint } from './endpoints.ts';
import { Faults } from './faults.ts';
import { HookSink } from './hook-sink.ts';
import { ImageLife } from './life/image-life.ts';
import { InstanceLife } from './life/instance-life.ts';
import { WorkQueue } from './life/work-queue.ts';
import { RoleCredentials } from './metadata/credentials.ts';
import { handleMetadata, type MetadataOptions } from './metadata/metadata.ts';
import { MetadataTokens } from './metadata/token.ts';
import type { Moto } from './moto.ts';
import { createMotoClient } from './moto-client.ts';
import { Keyring } from './signature/keyring.ts';
import { imageOf } from './source-images.ts';
import { Commands } from './ssm/commands.ts';
import { emptyState } from './state/model.ts';

export interface ServerOptions {
  readonly config: Pick<
    ServerConfig,
    'accountId' | 'accessKeyId' | 'secretAccessKey' | 'network' | 'endpoints' | 'sourceImages'
  >;
  readonly machines: Machines;
  readonly moto: Moto;
  readonly log: Log;
  /** How long an image is pending at least. Unless told, CreateImage answers when it is not pending any more. */
  readonly imagePendingMilliseconds?: number;
  readonly now?: () => Date;
}

export interface RunningServer {
  /** Where the API is, on 127.0.0.1. */
  readonly port: number;
  /** Where the metadata service is, on the network's gateway. */
  readonly metadataPort: number;
  /** Where the HTTPS endpoints are, there too. */
  readonly endpointsPort: number;
  close(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log, machines } = options;
  const closing = new AbortController();
  const keyring = new Keyring(config);
  const world = createWorld(options, closing.signal);
  const api: ApiOptions = {
    world,
    keyring,
    calls: new Calls(log),
    held: new HeldCalls(),
    hooks: new HookSink(),
    log,
    secretAccessKey: config.secretAccessKey,
    publicParameters: new Map(config.sourceImages.map((image) => [image.ssmParameter, image.imageId])),
    port: () => portOf(apiServer),
    hasMachines: () => machines.isThere(),
  };
  const metadata: MetadataOptions = {
    state: world.state,
    accountId: config.accountId,
    tokens: new MetadataTokens(),
    credentials: new RoleCredentials(world.moto, keyring),
    log,
    now: world.now,
  };
  const { certificate: cert, key } = config.endpoints;
  const apiServer = createServer(guarded(log, (...exchange) => handleApi(api, ...exchange)));
  const metadataServer = createServer(guarded(log, (...exchange) => handleMetadata(metadata, ...exchange)));
  const endpointsServer = createTlsServer(
    { cert, key },
    guarded(log, (...exchange) => handleEndpoint(api, ...exchange)),
  );
  machines.watch((instanceId) => world.instanceLife.ended(instanceId), closing.signal);
  const watching = world.autoScaling.watch(world, closing.signal);
  await listen(apiServer, '127.0.0.1', 0);
  await listen(metadataServer, config.network.gateway, config.network.metadataPort);
  await listen(endpointsServer, config.network.gateway, config.network.endpointsPort);
  return {
    port: portOf(apiServer),
    metadataPort: portOf(metadataServer),
    endpointsPort: portOf(endpointsServer),
    close: async () => {
      closing.abort();
      await watching;
      await Promise.all([apiServer, metadataServer, endpointsServer].map(close));
    },
  };
}

function createWorld(options: ServerOptions, signal: AbortSignal): WorldOfGroups {
  const { config, machines, log, now = () => new Date() } = options;
  const state = emptyState();
  for (const source of config.sourceImages) state.images.set(source.imageId, imageOf(source));
  const queue = new WorkQueue();
  const pendingMilliseconds = options.imagePendingMilliseconds ?? 0;
  const imageLife = new ImageLife({ state, machines, queue, log, pendingMilliseconds, signal });
  const moto = createMotoClient(options.moto);
  const released = () => imageLife.releaseDisks();
  return {
    accountId: config.accountId,
    state,
    imageLife,
    instanceLife: new InstanceLife({
      ...{ state, machines, queue, log, now, released },
      isSilent: (instance) => isSilent(moto, instance),
    }),
    moto,
    faults: new Faults(),
    now,
    launches: new Map(),
    templates: new Templates(),
    autoScaling: new AutoScaling(log, now),
    commands: new Commands({ state, machines, moto, log, now }),
  };
}

type Handler = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A connection that breaks is no reason to end: it is logged, and cut where an answer can't be given. */
function guarded(log: Log, handle: Handler): RequestListener {
  return (message, response) => {
    handle(message, response).catch((error: unknown) => {
      log(`connection failed: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    });
  };
}

async function listen(server: Server | TlsServer, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

function portOf(server: Server | TlsServer): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server | TlsServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
