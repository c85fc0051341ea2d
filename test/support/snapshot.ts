/** What a step changed on a machine: the file tree before and after, compared. */

import type { Container } from './container.ts';

/** Path → what is known of it; a change of content changes the times. */
export type Snapshot = ReadonlyMap<string, string>;

/** Every path on the container's own disk: no tmpfs, no /proc, no file that Docker mounts. Folders by owner and mode only. */
export async function snapshot(container: Container): Promise<Snapshot> {
  const listing = await container.bash(
    String.raw`find / -xdev \( -type d -printf '%D\0%p\0d %m %u:%g\0' -o -printf '%D\0%p\0%y %m %u:%g %s %T@ %C@ %l\0' \)`,
  );
  const fields = listing.split('\0');
  const disk = fields[0];
  const paths = new Map<string, string>();
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [device, path, state] = fields.slice(index, index + 3);
    if (device === disk) paths.set(path ?? '', state ?? '');
  }
  return paths;
}

/** Paths that came, went or are not as they were, sorted. */
export function changed(before: Snapshot, after: Snapshot): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((path) => before.get(path) !== after.get(path)).sort();
}
