/** The command line of what tries or measures named things: for the benchmark and the faults. */

import process from 'node:process';
import { parseArgs } from 'node:util';

export interface Usage<Flag extends string> {
  /** What a name stands for: `case`. */
  readonly kind: string;
  readonly known: readonly string[];
  /** Flag → what it does. */
  readonly flags: Readonly<Record<Flag, string>>;
}

export interface Chosen<Flag extends string> {
  /** All that are known where none is named. */
  readonly names: readonly string[];
  readonly flags: Readonly<Record<Flag, boolean>>;
}

/** `NAME… [--FLAG…]`; a text where that is no command line, or asks for help. */
export function readNamesAndFlags<Flag extends string>(
  args: readonly string[],
  { kind, known, flags }: Usage<Flag>,
): Chosen<Flag> | { readonly text: string; readonly exitCode: 0 | 2 } {
  const all = Object.keys(flags) as Flag[];
  const options = Object.fromEntries([...all, 'help'].map((flag) => [flag, { type: 'boolean' as const }]));
  const help = [
    `names of ${kind}s, or none for all: ${known.join(', ')}`,
    ...all.map((flag) => `--${flag}: ${flags[flag]}`),
  ].join('\n');
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help === true) return { text: help, exitCode: 0 };
    const unknown = positionals.filter((name) => !known.includes(name));
    if (unknown.length > 0) return { text: `no ${kind} ${unknown.join(', ')}; ${help}`, exitCode: 2 };
    const set = Object.fromEntries(all.map((flag) => [flag, values[flag] === true]));
    return {
      names: positionals.length === 0 ? known : positionals,
      flags: set as Record<Flag, boolean>,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('.')[0] : String(error);
    return { text: `${problem}\n${help}`, exitCode: 2 };
  }
}

/** {@link readNamesAndFlags} of this process, which ends where there is a text. */
export function namesAndFlags<Flag extends string>(usage: Usage<Flag>): Chosen<Flag> {
  const chosen = readNamesAndFlags(process.argv.slice(2), usage);
  if (!('text' in chosen)) return chosen;
  const stream = chosen.exitCode === 0 ? process.stdout : process.stderr;
  stream.write(`${chosen.text}\n`);
  process.exit(chosen.exitCode);
}
