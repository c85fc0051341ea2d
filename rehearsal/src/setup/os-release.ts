/** Which Linux this is. */

import { readFile } from 'node:fs/promises';

export interface OsRelease {
  /** `debian`, `ubuntu` */
  readonly id: string;
  /** Installs packages with apt. */
  readonly debianLike: boolean;
  /** `12`; NaN on a testing release, which says none. */
  readonly version: number;
  /** `bookworm` */
  readonly codename: string;
}

export async function readOsRelease(): Promise<OsRelease> {
  return parseOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}

/** Pure. `text`: lines as in os-release(5). */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  const id = values.get('ID') ?? 'unknown';
  return {
    id,
    debianLike: [id, ...(values.get('ID_LIKE') ?? '').split(' ')].includes('debian'),
    version: Number.parseFloat(values.get('VERSION_ID') ?? ''),
    codename: values.get('VERSION_CODENAME') ?? '',
  };
}
