/** `bake reap`: removes what killed runs have left behind. */

import { findLeftovers, removeLeftovers } from '../build/reap.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed } from '../failure.ts';
import { planReap } from '../images/leftovers.ts';
import { reapLines } from '../report/images/reap.ts';
import { openSite } from '../world/site.ts';
import { confirm } from './confirm.ts';
import type { ImagesOptions, OpenSite } from './images-world.ts';
import { loadForCommand } from './load.ts';

export interface ReapCommandOptions extends ImagesOptions {
  /** Seconds. */
  readonly olderThan: number;
  readonly dryRun: boolean;
}

export async function reap(
  context: Context,
  options: ReapCommandOptions,
  open: OpenSite = openSite,
): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options, 'unseen');
  const { aws } = await open(context, { rehearse: options.rehearse, region: fleet.region });
  const plan = planReap(await findLeftovers(fleet.name, aws), {
    olderThanSeconds: options.olderThan,
    now: context.now().toISOString(),
  });
  const work = plan.filter(({ action }) => action === 'remove');
  if (work.length === 0 || options.dryRun) {
    context.reporter.result({ leftovers: plan }, reapLines(plan, { isDone: false }));
    return EXIT.done;
  }
  await confirm(context, {
    question: 'Remove all of this?',
    lines: reapLines(work, { isDone: false }),
    problem: 'nothing was removed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
  const { verdicts, failures } = await removeLeftovers(plan, aws.leftovers, context.signal);
  context.reporter.result({ leftovers: verdicts }, reapLines(verdicts, { isDone: true }));
  if (failures.length > 0) throw new Failed(failures);
  return EXIT.done;
}
