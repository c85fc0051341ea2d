/** An archive's entries as OSSEC's source: checked, without the archive's top folder, and what it says of itself. */

import { fail } from '../failure.ts';
import { type Entry, type RawEntry, unsafeEntries } from './entry.ts';

export interface OssecSource {
  /** Below the source's own top: `install.sh`, `src/VERSION`. */
  readonly entries: readonly Entry[];
  /** As in `src/VERSION`, without a `v`: `4.1.0`. */
  readonly version: string;
  /** It only behaves like OSSEC. */
  readonly standIn: boolean;
}

/** The source in `raw`; `name` is what messages call it. Throws {@link Failed} with everything that is wrong. */
export function ossecSource(name: string, raw: readonly RawEntry[]): OssecSource {
  refuseUnsafe(name, raw);
  const entries = withoutTop(raw);
  // Seen from the source's top, links may lead out that did not from the archive's.
  refuseUnsafe(name, entries);
  const has = (path: string) => entries.some((entry) => entry.path === path && entry.kind === 'file');
  if (!has('install.sh')) {
    fail({
      kind: 'input',
      problem: `${name} is not OSSEC's source: it has no install.sh at its top`,
      remedy: "give a clone of OSSEC's repository, or the archive of one of its releases",
    });
  }
  return { entries, version: versionOf(name, entries), standIn: has('BAKE-STAND-IN') };
}

/** Throws {@link Failed} where something in the archive must not be unpacked, naming it. */
export function refuseUnsafe(name: string, raw: readonly RawEntry[]): asserts raw is readonly Entry[] {
  const problems = unsafeEntries(raw);
  const [first] = problems;
  if (first === undefined) return;
  const others = problems.length - 1;
  fail({
    kind: 'input',
    problem: `${name} is refused: ${first}${others === 0 ? '' : `, and ${others} more like it`}`,
    remedy: 'nothing of it was unpacked; find out where it comes from before you use it',
  });
}

/** Archives of releases have all in one folder, such as `ossec-hids-4.1.0`. */
function withoutTop(entries: readonly Entry[]): Entry[] {
  const tops = new Set(entries.map(({ path }) => path.split('/')[0] ?? ''));
  const [top = ''] = tops;
  const isFolder = entries.every(({ path, kind }) => path !== top || kind === 'folder');
  if (tops.size !== 1 || !isFolder) return [...entries];
  return entries
    .filter(({ path }) => path !== top)
    .map((entry) => ({ ...entry, path: entry.path.slice(top.length + 1) }));
}

function versionOf(name: string, entries: readonly Entry[]): string {
  const file = entries.find(({ path }) => path === 'src/VERSION');
  const text = Buffer.from(file?.content ?? [])
    .toString('utf8')
    .trim();
  const version = /^v?(\d[A-Za-z0-9.+-]{0,39})$/.exec(text)?.[1];
  if (version !== undefined) return version;
  return fail({
    kind: 'input',
    problem: `${name} does not say which version of OSSEC it is: src/VERSION is missing or has no version in it`,
    remedy: "give a clone of OSSEC's repository, or the archive of one of its releases",
  });
}
