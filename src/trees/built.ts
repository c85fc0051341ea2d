/** What a builder reports of its OSSEC: the files that Packer has brought back. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLATFORM } from './model.ts';

export interface Built {
  readonly platform: string;
  /** The tree that it has compiled; undefined where it used one. */
  readonly archive: Uint8Array | undefined;
}

/** Undefined where Packer did not get so far. */
export async function readBuilt(folder: string): Promise<Built | undefined> {
  const text = await readFile(join(folder, 'platform'), 'utf8').catch(() => undefined);
  const platform = text?.trim();
  if (platform === undefined || !PLATFORM.test(platform)) return undefined;
  const archive = await readFile(join(folder, 'ossec-tree.tar.gz'));
  return { platform, archive: archive.byteLength > 0 ? archive : undefined };
}
