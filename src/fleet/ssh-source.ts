/** Who may reach the builder's port 22. */

import { z } from 'zod';
import { says } from './message.ts';

/** Wider than this is most of the internet, whatever it is called. */
const SHORTEST_PREFIX = { ipv4: 8, ipv6: 16 };

const RIGHT = 'must be a range, such as 203.0.113.0/24, or 203.0.113.7/32 for one address';

const range = z
  .string()
  .refine((text) => isRange(text), { error: RIGHT })
  .refine((text) => !isRange(text) || !isNearlyEverything(text), {
    error: says(
      'would open SSH to most of the internet',
      'Name the ranges that you bake from, or leave "from" away: then only the address of this machine may',
    ),
  })
  .meta({ examples: ['203.0.113.0/24'] });

export const sshSource = z.union(
  [
    z.literal('my_address', { error: 'must be my_address, or a list of ranges such as [203.0.113.0/24]' }),
    z.array(range).min(1, { error: 'must name at least one range' }),
  ],
  { error: 'must be my_address, or a list of ranges such as [203.0.113.0/24]' },
);

function isRange(text: string): boolean {
  return z.cidrv4().safeParse(text).success || z.cidrv6().safeParse(text).success;
}

function isNearlyEverything(text: string): boolean {
  const prefix = Number(text.slice(text.lastIndexOf('/') + 1));
  return prefix < (text.includes(':') ? SHORTEST_PREFIX.ipv6 : SHORTEST_PREFIX.ipv4);
}
