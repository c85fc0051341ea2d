/** The fleet file of a command. */

import { relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/model.ts';
import { formatInputFailure } from '../report/input-failure.ts';

/** Loads it and reports its warnings. Messages name it as people see it from the working folder. */
export async function loadForCommand(context: Context, file: string): Promise<Fleet> {
  const { fleet, warnings } = await loadFleet(
    relative(context.workingFolder, resolve(context.workingFolder, file)),
    context.environment,
  );
  for (const warning of warnings) {
    context.reporter.emit({ type: 'notice', level: 'warning', text: formatInputFailure(warning).join('\n') });
  }
  return fleet;
}
