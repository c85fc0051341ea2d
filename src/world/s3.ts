/** The door to S3: objects of a few megabytes, whole. */

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { Failed } from '../failure.ts';
import { explained } from './aws-errors.ts';
import { lazily } from './lazily.ts';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectStore {
  /** The content of an object that has to be there. */
  open(address: ObjectAddress): Promise<Readable>;
  /** The content of an object; undefined where there is none. */
  read(address: ObjectAddress): Promise<Buffer | undefined>;
  /** Writes an object where there is none; false where there is one, which stays as it is. */
  create(address: ObjectAddress, content: Uint8Array): Promise<boolean>;
  /** Writes an object, whatever is there. */
  replace(address: ObjectAddress, content: Uint8Array): Promise<void>;
  /** What is gone already is no failure. */
  remove(address: ObjectAddress): Promise<void>;
  /** The keys that begin with `prefix`, sorted. */
  keys(bucket: string, prefix: string): Promise<string[]>;
}

export function openObjectStore(settings: S3ClientConfig): ObjectStore {
  const client = lazily(async () => {
    const { S3Client } = await import('@aws-sdk/client-s3');
    // A bucket may lie in another region than the fleet.
    return new S3Client({ ...settings, followRegionRedirects: true });
  });
  return {
    open: async (address) => open(await client(), address),
    read: async (address) => await unlessMissing(async () => buffer(await open(await client(), address))),
    create: async (address, content) =>
      unlessTaken(async () => put(await client(), address, content, { IfNoneMatch: '*' })),
    replace: async (address, content) => put(await client(), address, content, {}),
    remove: async ({ bucket, key }) => {
      const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
      const s3 = await client();
      await explained('s3:DeleteObject', () =>
        s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
      );
    },
    keys: async (bucket, prefix) => keys(await client(), bucket, prefix),
  };
}

/** Where in S3 things lie below `s3://BUCKET/PREFIX`, without a slash at its end. */
export interface ObjectFolder {
  readonly bucket: string;
  /** Empty, or without a slash at its end. */
  readonly prefix: string;
}

export function parseObjectFolder(text: string): ObjectFolder {
  const { bucket, key } = parseObjectAddress(`${text}/x`) ?? { bucket: '', key: 'x' };
  return { bucket, prefix: key.slice(0, -2) };
}

/** `s3://BUCKET/KEY` in its parts; undefined for anything else. */
export function parseObjectAddress(text: string): ObjectAddress | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(text) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

export function formatObjectAddress({ bucket, key }: ObjectAddress): string {
  return `s3://${bucket}/${key}`;
}

async function open(client: S3Client, { bucket, key }: ObjectAddress): Promise<Readable> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const answer = await explained('s3:GetObject', () =>
    client.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  );
  return answer.Body instanceof Readable ? answer.Body : Readable.from([]);
}

async function put(
  client: S3Client,
  { bucket, key }: ObjectAddress,
  content: Uint8Array,
  condition: { readonly IfNoneMatch?: '*' },
): Promise<void> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  await explained('s3:PutObject', () =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ...condition })),
  );
}

async function keys(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  return explained('s3:ListBucket', async () => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    }
    return found.sort();
  });
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

async function unlessTaken(call: () => Promise<void>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (hasCode(error, 'PreconditionFailed')) return false;
    throw error;
  }
}

/** Whether AWS refused a call with this code: `NoSuchBucket`. */
export function hasCode(error: unknown, code: string): boolean {
  return (
    error instanceof Failed &&
    error.failures.some((failure) => failure.kind === 'aws' && failure.code === code)
  );
}
