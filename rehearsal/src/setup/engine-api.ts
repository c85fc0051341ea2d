/** What an engine says about itself, asked at its socket: takes milliseconds, and needs no client. */

import { request } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';
import type { DockerEngine } from '../model.ts';

const VERSION = z.object({ Version: z.string() });
const INFO = z.object({
  OSType: z.string(),
  OperatingSystem: z.string(),
  CgroupVersion: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
});

export interface EngineDescription {
  /** `20.10.24+dfsg1` */
  readonly version: string;
  /** `linux` */
  readonly osType: string;
  /** `Debian GNU/Linux 12 (bookworm)`, `Docker Desktop` */
  readonly operatingSystem: string;
  readonly cgroupVersion: 1 | 2;
  readonly derivesMac: boolean;
  readonly rootless: boolean;
}

const PATIENCE_MILLISECONDS = 5000;

/** @throws Error with a `code` such as `ENOENT`, `EACCES`, `ECONNREFUSED` where nothing answers */
export async function describeEngine(socket: string): Promise<EngineDescription> {
  const version = VERSION.parse(await get(socket, '/version'));
  const info = INFO.parse(await get(socket, '/info'));
  return {
    version: version.Version,
    osType: info.OSType,
    operatingSystem: info.OperatingSystem,
    cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
    derivesMac: Number.parseInt(version.Version, 10) < 25,
    rootless: (info.SecurityOptions ?? []).some((option) => option.includes('rootless')),
  };
}

/** Whether an engine answers there at all. */
export async function engineAnswers(socket: string): Promise<boolean> {
  return get(socket, '/version').then(
    () => true,
    () => false,
  );
}

/** Whether anybody listens there, which one that is only slow does: takes a fraction of a millisecond. */
export function engineListens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function get(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, timeout: PATIENCE_MILLISECONDS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()));
        } catch (error) {
          reject(error);
        }
      });
    });
    call.once('timeout', () => call.destroy(new Error('it does not answer')));
    call.once('error', reject);
    call.end();
  });
}

/** The path in `unix:///…`. */
export function socketOf({ host }: Pick<DockerEngine, 'host'>): string {
  return host.slice('unix://'.length);
}
