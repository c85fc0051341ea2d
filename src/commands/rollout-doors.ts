/** The world of rollouts, as the commands open it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { runAlertCheck } from '../world/alert-check.ts';
import { runCheck } from '../world/checks.ts';
import type { Site } from '../world/site.ts';
import { confirm } from './confirm.ts';
import { fleetFolderOf } from './fleet-folder.ts';

/** `file`: the fleet file, in whose folder checks run. */
export function openDoors(context: Context, site: Site, file: string): Doors {
  const { signal } = context;
  const folder = fleetFolderOf(context, file);
  return {
    rollouts: site.aws.rollouts,
    sleep: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
    nowSeconds: () => context.now().getTime() / 1000,
    isInterrupted: () => signal.aborted,
    say: (group, { level, text }) =>
      context.reporter.emit({ type: 'notice', level, text: `[${group}] ${text}` }),
    check: (check, place) =>
      check.kind === 'alerts'
        ? runAlertCheck(check, place, { commands: site.aws.commands, signal })
        : runCheck(check, place, { folder, environment: site.childEnvironment, signal }),
  };
}

/** Machines are replaced: that is asked about, or `--yes` has said it. @throws Failed */
export function confirmRollout(
  context: Context,
  question: string,
  { lines = [], remedy = 'answer yes, or use --yes' }: { lines?: readonly string[]; remedy?: string } = {},
): Promise<void> {
  return confirm(context, {
    ...{ question, lines, remedy },
    problem: 'changing running machines has to be confirmed',
  });
}
