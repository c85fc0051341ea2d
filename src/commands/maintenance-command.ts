/** The flags and the help of `bake maintenance`. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { LONGEST_SECONDS } from '../instances/window-limits.ts';
import { duration } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';
import { addGroups } from './rollout-options.ts';

export function maintenanceCommand(run: Run): Command {
  return newCommand('maintenance')
    .description('maintenance windows on running instances, in which declared changes are not notified')
    .addHelpText(
      'after',
      examples(
        'bake maintenance begin --role web --for 10m --reason "deploy 42"',
        'bake maintenance status --role web',
        'bake maintenance end --group web-1 --yes',
      ),
    )
    .addCommand(beginCommand(run))
    .addCommand(plainCommand(run, 'end', 'end the windows that are open'))
    .addCommand(plainCommand(run, 'status', 'show which windows are open'));
}

function beginCommand(run: Run): Command {
  const command = addInstances(newCommand('begin'))
    .description('open a window on each instance; every hook is told, and it ends by itself')
    .addOption(
      new Option('--for <time>', 'how long at most: 10m, or 4h').argParser(length).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'for those who are told');
  return common(command)
    .addHelpText('after', examples('bake maintenance begin --role web --for 10m --reason "deploy 42"'))
    .action((options) =>
      run(options, async (context) =>
        (await import('./maintenance.ts')).maintenance(context, options, {
          kind: 'begin',
          seconds: options.for,
          reason: options.reason,
        }),
      ),
    );
}

function plainCommand(run: Run, kind: 'end' | 'status', description: string): Command {
  return common(addInstances(newCommand(kind)).description(description))
    .addHelpText('after', examples(`bake maintenance ${kind} --role web`))
    .action((options) =>
      run(options, async (context) =>
        (await import('./maintenance.ts')).maintenance(context, options, { kind }),
      ),
    );
}

function addInstances(command: Command): Command {
  return addGroups(command).addOption(
    new Option('--instance <id...>', 'only these instances of the groups').default([]),
  );
}

function length(text: string): number {
  const seconds = duration(text);
  if (seconds > LONGEST_SECONDS)
    throw new InvalidArgumentError('No window is longer than 4h: begin another one then.');
  return seconds;
}
