/** The fleet file of a command. */

import { relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { Failed } from '../failure.ts';
import { type Artifacts, loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/model.ts';
import type { FleetOptions } from './fleet-options.ts';

/**
 * Loads it and reports its warnings. Messages name it as people see it from the working folder.
 * @throws Failed with everything that is wrong; with `strict`, warnings are wrong too.
 */
export async function loadForCommand(
  context: Context,
  { file, strict }: FleetOptions,
  artifacts: Artifacts = 'checked',
): Promise<Fleet> {
  const { fleet, warnings } = await loadFleet(
    relative(context.workingFolder, resolve(context.workingFolder, file)),
    context.environment,
    artifacts,
  );
  if (strict && warnings.length > 0) throw new Failed(warnings);
  for (const { problem: text, remedy, at: place } of warnings) {
    const about = { ...(remedy === undefined ? {} : { remedy }), ...(place === undefined ? {} : { place }) };
    context.reporter.emit({ type: 'notice', level: 'warning', text, ...about });
  }
  return fleet;
}
