/** What the programs of this machine are called with, of its containers, too. */

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { carries } from './canaries.ts';

const PAUSE_MILLISECONDS = 2;

/** Looks at the arguments of everything that runs, again and again; `end` says in which there was one of `hearts`. */
export function watchArguments(hearts: readonly string[]): { readonly end: () => Promise<string[]> } {
  const ending = new AbortController();
  const found = new Set<string>();
  const watching = (async () => {
    while (!ending.signal.aborted) {
      for (const program of await programsWith(hearts)) found.add(program);
      await sleep(PAUSE_MILLISECONDS);
    }
  })();
  return {
    end: async () => {
      ending.abort();
      await watching;
      return [...found].map((program) => `in the arguments of ${program}`);
    },
  };
}

async function programsWith(hearts: readonly string[]): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return lines.filter((line) => carries(line, hearts)).map((line) => line.split('\0')[0] ?? '');
}
