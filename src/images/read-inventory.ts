/** What a builder wrote of itself → {@link Inventory}. Pure. */

import { z } from 'zod';
import { fail } from '../failure.ts';
import type { Inventory } from './model.ts';

/** The text is a machine's: everything in it may be anything that JSON can hold. */
const INVENTORY = z.object({
  schema: z.literal(1),
  system: z.object({ id: z.string(), version: z.string(), architecture: z.string() }),
  packages: z.array(z.object({ name: z.string(), version: z.string(), architecture: z.string() })),
  listeners: z.array(
    z.object({
      protocol: z.enum(['tcp', 'udp']),
      address: z.string(),
      port: z.int().min(0).max(65_535),
      process: z.string(),
    }),
  ),
  setuid: z.array(z.object({ path: z.string(), mode: z.string(), owner: z.string(), group: z.string() })),
  units: z.array(z.string()),
  users: z.array(
    z.object({
      name: z.string(),
      uid: z.int().min(0),
      home: z.string(),
      shell: z.string(),
      groups: z.array(z.string()),
    }),
  ),
  ossec: z
    .object({
      version: z.string(),
      rules: z.array(z.object({ id: z.int().min(0), level: z.int().min(0), description: z.string() })),
    })
    .nullable()
    .transform((ossec) => ossec ?? undefined),
  files: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      owner: z.string(),
      group: z.string(),
      content: z.string(),
      own: z.boolean(),
    }),
  ),
});

/** @throws Failed where it is not what this version of bake reads; messages call it `name` */
export function readInventory(text: string, name: string): Inventory {
  const parsed = INVENTORY.safeParse(parseJson(text));
  if (parsed.success) {
    const { schema: _, ...inventory } = parsed.data;
    return inventory;
  }
  return fail({
    kind: 'input',
    problem: `${name} is not an inventory that this version of bake can read: ${z.prettifyError(parsed.error).split('\n')[0]}`,
    remedy: 'bake the image again, or read it with the version of bake that baked it',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
