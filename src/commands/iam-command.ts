/** The flags and the help of `bake iam`. */

import { type Command, Option } from 'commander';
import { addFleetFile } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';

export function iamCommand(run: Run): Command {
  const command = addFleetFile(newCommand('iam'))
    .description('print the policies that each kind of work needs, from the fleet file alone')
    .addOption(new Option('--for <name...>', 'only these: bake, rollout, push, instance, …').default([]))
    .addOption(
      new Option('--instance-role <name...>', 'roles of IAM that the instances of the groups have').default(
        [],
      ),
    );
  return common(command)
    .addHelpText(
      'after',
      examples('bake iam', 'bake iam --for rollout --instance-role web', 'bake iam install'),
    )
    .action((options) => run(options, async (context) => (await import('./iam.ts')).iam(context, options)))
    .addCommand(installCommand(run));
}

function installCommand(run: Run): Command {
  const command = addFleetFile(newCommand('install'))
    .description(
      'install the SSM documents that `bake alerts`, `bake maintenance` and `bake ossec push` send',
    )
    .option('--rehearse', 'in a rehearsal', false);
  return common(command)
    .addHelpText('after', examples('bake iam install'))
    .action((_, command_: Command) =>
      run(command_.optsWithGlobals(), async (context) =>
        (await import('./iam.ts')).iamInstall(context, command_.optsWithGlobals()),
      ),
    );
}
