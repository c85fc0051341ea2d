/** Which reporter a command gets. */

import { jsonReporter } from './json.ts';
import { plainReporter } from './plain.ts';
import type { Output, Reporter } from './reporter.ts';

/** JSON where asked for; moving lines on a terminal that is not a CI's; else plain lines. */
export async function openReporter(
  output: Output,
  options: { readonly json: boolean; readonly moving: boolean },
): Promise<Reporter> {
  if (options.json) return jsonReporter(output);
  if (!options.moving) return plainReporter(output);
  const { terminalReporter } = await import('./terminal.ts');
  return terminalReporter(output);
}
