/** The world of rollouts, as the commands open it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { lookDocument, type OwnDocument } from '../instances/documents.ts';
import { installedHash } from '../instances/look.ts';
import type { Check } from '../rollout/checks/model.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { runAlertCheck } from '../world/alert-check.ts';
import { loadAssets } from '../world/assets.ts';
import { runCheck } from '../world/checks.ts';
import { lazily } from '../world/lazily.ts';
import type { Site } from '../world/site.ts';
import { confirm } from './confirm.ts';
import { fleetFolderOf } from './fleet-folder.ts';
import { commandDoors, installInRehearsal } from './instances-world.ts';

/** `file`: the fleet file, in whose folder checks run. */
export function openDoors(context: Context, site: Site, file: string): Doors {
  const { signal } = context;
  const folder = fleetFolderOf(context, file);
  const look = lazily(() => openLook(site));
  return {
    rollouts: site.aws.rollouts,
    sleep: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
    nowSeconds: () => context.now().getTime() / 1000,
    isInterrupted: () => signal.aborted,
    say: (group, { level, text }) =>
      context.reporter.emit({ type: 'notice', level, text: `[${group}] ${text}` }),
    check: async (check, place) =>
      check.kind === 'alerts'
        ? runAlertCheck(check, place, { commands: site.aws.commands, document: await look(), signal })
        : runCheck(check, place, { folder, environment: site.childEnvironment, signal }),
  };
}

async function openLook(site: Site): Promise<OwnDocument> {
  const document = lookDocument(await loadAssets());
  await installInRehearsal(site, [document]);
  return document;
}

/** @throws Failed where a check could not be made, and would stop the rollout midway */
export async function requireChecks(
  context: Context,
  site: Site,
  checks: ReadonlyArray<Pick<Check, 'kind'>>,
): Promise<void> {
  if (!checks.some(({ kind }) => kind === 'alerts')) return;
  await installedHash(commandDoors(context, site), await openLook(site));
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
