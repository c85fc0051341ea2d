/** The shell files of a step: data only, read by its `run.sh`. */

import { quoteShell } from './quote.ts';

/** `values.sh`: one assignment a line, arrays for lists; every value arrives byte for byte. */
export function renderValues(values: Readonly<Record<string, string | readonly string[]>>): string {
  const lines = Object.entries(values).map(([name, value]) =>
    typeof value === 'string'
      ? `${name}=${quoteShell(value)}`
      : `${name}=(${value.map((item) => quoteShell(item)).join(' ')})`,
  );
  return [HEADER, ...lines, ''].join('\n');
}

/** `environment.sh`: what a user's script finds in its environment. */
export function renderEnvironment(
  environment: ReadonlyArray<readonly [name: string, value: string]>,
): string {
  return [HEADER, ...environment.map(([name, value]) => `export ${name}=${quoteShell(value)}`), ''].join(
    '\n',
  );
}

const HEADER = '# shellcheck shell=bash disable=SC2034 # read by run.sh';
