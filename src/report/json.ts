/** For machines: one JSON object a line on standard output, each with the time it happened. */

import type { Output, Reporter } from './reporter.ts';
import { quoteTerminalJson } from './terminal-text.ts';

export function jsonReporter(output: Output): Reporter {
  const write = (value: object) => {
    const json = JSON.stringify({ at: new Date(output.now()).toISOString(), ...value });
    output.stdout.write(`${quoteTerminalJson(json)}\n`);
  };
  return {
    emit: write,
    result: (value) => write({ type: 'result', value }),
    ask: async () => false,
    close: async () => {},
  };
}
