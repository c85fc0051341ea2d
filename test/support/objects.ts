/** S3 in memory, for tests of what is kept there. */

import { Readable } from 'node:stream';
import { fail } from '../../src/failure.ts';
import { formatObjectAddress, type ObjectAddress, type ObjectStore } from '../../src/world/s3.ts';

export interface MemoryStore extends ObjectStore {
  /** By `s3://BUCKET/KEY`. */
  readonly content: Map<string, Buffer>;
}

export function memoryStore(): MemoryStore {
  const content = new Map<string, Buffer>();
  const missing = (name: string): never =>
    fail({ kind: 'aws', operation: 's3:GetObject', code: 'NoSuchKey', problem: `there is no ${name}` });
  return {
    content,
    open: async (address) => {
      const name = formatObjectAddress(address);
      return Readable.from([content.get(name) ?? missing(name)]);
    },
    read: async (address) => content.get(formatObjectAddress(address)),
    create: async (address, bytes) => {
      const isFree = !content.has(formatObjectAddress(address));
      if (isFree) content.set(formatObjectAddress(address), Buffer.from(bytes));
      return isFree;
    },
    replace: async (address: ObjectAddress, bytes) => {
      content.set(formatObjectAddress(address), Buffer.from(bytes));
    },
    remove: async (address) => void content.delete(formatObjectAddress(address)),
    keys: async (bucket, prefix) =>
      [...content.keys()]
        .filter((name) => name.startsWith(`s3://${bucket}/${prefix}`))
        .map((name) => name.slice(`s3://${bucket}/`.length))
        .sort(),
  };
}
