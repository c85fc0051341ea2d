/** `bake reap`: removes what killed runs have left behind. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, type Failure, fail } from '../failure.ts';
import { planReap, type ReapVerdict } from '../images/leftovers.ts';
import { reapLines } from '../report/images/reap.ts';
import type { Leftovers } from '../world/leftovers.ts';
import { openSite } from '../world/site.ts';
import type { ImagesOptions, OpenSite } from './images-world.ts';
import { loadForCommand } from './load.ts';

export interface ReapCommandOptions extends ImagesOptions {
  /** Seconds. */
  readonly olderThan: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export async function reap(
  context: Context,
  options: ReapCommandOptions,
  open: OpenSite = openSite,
): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const { aws } = await open(context, { rehearse: options.rehearse, region: fleet.region });
  const plan = planReap(await aws.leftovers.find(fleet.name), {
    olderThanSeconds: options.olderThan,
    now: context.now().toISOString(),
  });
  const work = plan.filter(({ action }) => action === 'remove');
  if (work.length > 0 && !options.dryRun) {
    await confirm(context, options, reapLines(work));
    const failures = await removeAll(work, aws.leftovers, context);
    if (failures.length > 0) throw new Failed(failures);
  }
  context.reporter.result({ leftovers: plan }, reapLines(plan));
  return EXIT.done;
}

/** @throws Failed where nobody said yes; `CI=true` is no yes to this */
async function confirm(
  { reporter }: Context,
  { yes }: ReapCommandOptions,
  details: readonly string[],
): Promise<void> {
  if (yes || (await reporter.ask('Remove all of this?', details))) return;
  fail({
    kind: 'input',
    problem: 'nothing was removed: nobody said yes to it',
    remedy: 'look at it with --dry-run, and use --yes where nobody can be asked',
  });
}

/** One after the other, in their order: what stands on something that failed to go fails, too, and is said. */
async function removeAll(
  work: readonly ReapVerdict[],
  leftovers: Leftovers,
  { signal }: Context,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { leftover } of work) {
    if (signal.aborted) return [...failures, { kind: 'interrupted', problem: 'interrupted' }];
    try {
      await leftovers.remove(leftover);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const named = `${leftover.kind} ${leftover.id}`;
      failures.push(
        ...error.failures.map((failure) => ({ ...failure, problem: `${named}: ${failure.problem}` })),
      );
    }
  }
  return failures;
}
