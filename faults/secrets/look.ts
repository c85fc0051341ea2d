/** Everywhere that a secret could be after a command, but for the images that it has baked. */

import { tmpdir } from 'node:os';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { cacheFolder } from '../../src/world/cache.ts';
import type { Caller } from '../../test/support/aws-by-hand.ts';
import type { Ended } from '../../test/support/own-rehearsal.ts';
import { takeStock } from '../stock.ts';
import { carries } from './canaries.ts';
import type { Since } from './files.ts';

export interface Place {
  readonly caller: Caller;
  readonly region: string;
  readonly since: Since;
  /** Beside those that every command may write to. */
  readonly folders: readonly string[];
}

/** Where one of `hearts` is to be seen. */
export async function placesOf(
  hearts: readonly string[],
  ended: Ended | undefined,
  { caller, region, since, folders }: Place,
): Promise<string[]> {
  const everywhere = [tmpdir(), '/var/tmp', '/dev/shm', '/run', cacheFolder(process.env), ...folders];
  const files = await since.filesWith(hearts, [...new Set(everywhere)]);
  const stock = await takeStock(caller, region);
  const things = [...stock].flatMap(([name, text]) => (carries(text, hearts) ? [name] : []));
  const objects = await objectsWith(hearts, [...stock.keys()], { caller, region });
  return [
    ...toldBy(hearts, ended),
    ...files.map((file) => `in the file ${file}`),
    ...things.map((name) => `in the tags or attributes of ${name}`),
    ...objects.map((name) => `in the content of ${name}`),
  ];
}

/** What a command has said itself. */
export function toldBy(hearts: readonly string[], ended: Ended | undefined): string[] {
  const events = (ended?.events ?? []).filter((event) => carries(valuesIn(event), hearts));
  return [
    ...events.map(({ type }) => `in an event, ${type}`),
    ...(carries(ended?.stderr ?? '', hearts) ? ['on standard error'] : []),
  ];
}

/** As JSON would write it, but for what it escapes. */
function valuesIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .flatMap(([name, one]) => [name, valuesIn(one)])
    .join('\n');
}

const OBJECT = /^object s3:\/\/(\S+) (.*)$/;

async function objectsWith(
  hearts: readonly string[],
  names: readonly string[],
  { caller, region }: Pick<Place, 'caller' | 'region'>,
): Promise<string[]> {
  const s3 = new S3Client({ ...caller, region, forcePathStyle: true });
  const found: string[] = [];
  for (const name of names) {
    const [, Bucket, Key] = OBJECT.exec(name) ?? [];
    if (Bucket === undefined || Key === undefined) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
    if (carries(unpacked(content).toString('latin1'), hearts)) found.push(name);
  }
  return found;
}

const GZIP = Buffer.from([0x1f, 0x8b]);

function unpacked(content: Buffer): Buffer {
  return content.subarray(0, GZIP.length).equals(GZIP) ? gunzipSync(content) : content;
}
