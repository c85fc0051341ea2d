/** The fleet file of a command. */

import { relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/model.ts';

/** Loads it and reports its warnings. Messages name it as people see it from the working folder. */
export async function loadForCommand(context: Context, file: string): Promise<Fleet> {
  const { fleet, warnings } = await loadFleet(
    relative(context.workingFolder, resolve(context.workingFolder, file)),
    context.environment,
  );
  for (const { problem: text, remedy, at: place } of warnings) {
    const about = { ...(remedy === undefined ? {} : { remedy }), ...(place === undefined ? {} : { place }) };
    context.reporter.emit({ type: 'notice', level: 'warning', text, ...about });
  }
  return fleet;
}
