import { createHash, randomBytes } from 'node:crypto';

export type IdPrefix = 'i' | 'ami' | 'snap' | 'vol' | 'eni' | 'r';

/** `i-` and 17 hexadecimal digits, of which AWS's first is a zero. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

/** An id that follows from `seed`: the same on every machine. */
export function derivedId(prefix: IdPrefix, seed: string): string {
  return `${prefix}-0${createHash('sha256').update(seed).digest('hex').slice(0, 16)}`;
}
