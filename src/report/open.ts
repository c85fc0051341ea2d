/** Which reporter a command gets. */

import { jsonReporter } from './json.ts';
import { plainReporter } from './plain.ts';
import type { Output, Reporter } from './reporter.ts';
import { terminalReporter } from './terminal.ts';

/** JSON where asked for; moving lines on a terminal that is not a CI's; else plain lines. */
export function openReporter(
  output: Output,
  options: { readonly json: boolean; readonly moving: boolean },
): Reporter {
  if (options.json) return jsonReporter(output);
  return options.moving ? terminalReporter(output) : plainReporter(output);
}
