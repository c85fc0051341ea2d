/** What the commands about running instances have in common. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { type ExitCode, fail, interruption } from '../failure.ts';
import type { OwnDocument } from '../instances/documents.ts';
import type { RunningInstance } from '../instances/find.ts';
import type { CommandDoors } from '../instances/run-command.ts';
import type { Site } from '../world/site.ts';

export function commandDoors({ signal }: Pick<Context, 'signal'>, { aws }: Site): CommandDoors {
  return {
    commands: aws.commands,
    instances: aws.instances,
    sleep: (seconds) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
    isInterrupted: () => signal.aborted,
  };
}

/** A rehearsal is its own administrator: what on AWS somebody has to install first, is installed by its first use. */
export async function installInRehearsal(site: Site, documents: readonly OwnDocument[]): Promise<void> {
  if (!site.rehearsal) return;
  for (const { name, content } of documents) await site.aws.commands.install(name, content);
}

/** Those that `--instance` names, or all. @throws Failed for ids that are none of the groups' */
export function chosenInstances(all: readonly RunningInstance[], ids: readonly string[]): RunningInstance[] {
  const unknown = ids.filter((id) => !all.some((one) => one.id === id));
  if (unknown.length > 0) {
    fail({
      kind: 'input',
      problem: `none of these groups has in service: ${unknown.join(', ')}`,
      remedy: 'name instances of a group of --role or --group',
    });
  }
  return all.filter(({ id }) => ids.length === 0 || ids.includes(id));
}

/**
 * How a command ends that has asked instances and shown what they said.
 * @throws Failed where the user has interrupted it: then not all of them were heard
 */
export function endOfAsking({ signal }: Pick<Context, 'signal'>, exitCode: ExitCode): ExitCode {
  if (!signal.aborted) return exitCode;
  return fail(interruption({ remedy: 'run the same command again, which asks all instances again' }));
}
