/** The file that the server is started with. */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ServerConfig } from '../model.ts';

const CONFIG = z.object({
  stateFolder: z.string(),
  name: z.string(),
  code: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  docker: z.object({
    command: z.string(),
    host: z.string(),
    own: z.boolean(),
    cgroupVersion: z.union([z.literal(1), z.literal(2)]),
    derivesMac: z.boolean(),
  }),
  network: z.object({
    name: z.string(),
    bridge: z.string(),
    subnet: z.string(),
    gateway: z.string(),
    metadataPort: z.number(),
    endpointsPort: z.number(),
  }),
  moto: z.array(z.string()).min(1),
  endpoints: z.object({
    authority: z.string(),
    certificate: z.string(),
    key: z.string(),
    names: z.array(z.string()),
  }),
  sourceImages: z.array(
    z.object({
      imageId: z.string(),
      name: z.string(),
      ownerId: z.string(),
      architecture: z.enum(['x86_64', 'arm64']),
      distribution: z.enum(['debian-12', 'debian-13']),
      ssmParameter: z.string(),
    }),
  ),
}) satisfies z.ZodType<ServerConfig>;

/** @throws Error where the file is not what the preparation writes */
export async function readConfig(path: string): Promise<ServerConfig> {
  return CONFIG.parse(JSON.parse(await readFile(path, 'utf8')));
}
