/** What the commands about running instances have in common. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { OwnDocument } from '../instances/documents.ts';
import type { CommandDoors } from '../instances/run-command.ts';
import type { Site } from '../world/site.ts';

export function commandDoors({ signal }: Context, { aws }: Site): CommandDoors {
  return {
    commands: aws.commands,
    sleep: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
    isInterrupted: () => signal.aborted,
  };
}

/** A rehearsal is its own administrator: what on AWS somebody has to install first, is installed by its first use. */
export async function installInRehearsal(site: Site, documents: readonly OwnDocument[]): Promise<void> {
  if (!site.rehearsal) return;
  for (const { name, content } of documents) await site.aws.commands.install(name, content);
}
