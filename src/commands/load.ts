/** The fleet file of a command. */

import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/model.ts';
import { formatInputFailure } from '../report/input-failure.ts';

/** Loads it and reports its warnings. */
export async function loadForCommand(context: Context, file: string): Promise<Fleet> {
  const { fleet, warnings } = await loadFleet(resolve(context.workingFolder, file), context.environment);
  for (const warning of warnings) {
    context.reporter.emit({ type: 'notice', level: 'warning', text: formatInputFailure(warning).join('\n') });
  }
  return fleet;
}
