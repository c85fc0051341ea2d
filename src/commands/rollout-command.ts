/** `bake rollout` and its subcommands: flags and help. */

import type { Command } from 'commander';
import { common, examples, newCommand, type Run } from './new-command.ts';
import { addGroups, addRolloutFlags } from './rollout-options.ts';

export function rolloutCommand(run: Run): Command {
  const start = addRolloutFlags(newCommand('start'))
    .description('refresh groups with the newest golden image (the default)')
    .addHelpText(
      'after',
      `${CHECKPOINTS}${examples('bake rollout start --role web --dry-run', 'bake rollout --group web-asg --yes')}`,
    )
    .action((options) =>
      run(options, async (context) => (await import('./rollout.ts')).rollout(context, options)),
    );
  return newCommand('rollout')
    .description('move Auto Scaling groups onto the new image, watched and reversible')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText('after', examples('bake rollout --role web --dry-run', 'bake rollout undo --role web'))
    .addCommand(common(start), { isDefault: true })
    .addCommand(
      common(addGroups(newCommand('watch')))
        .description('watch a refresh until it ends, from anywhere')
        .addHelpText('after', `${WATCH}${examples('bake rollout watch --group web-asg')}`)
        .action((options) =>
          run(options, async (context) =>
            (await import('./rollout-control.ts')).watchRollouts(context, options),
          ),
        ),
    )
    .addCommand(
      common(addGroups(newCommand('cancel')))
        .description('stop a refresh where it is; nothing is undone')
        .addHelpText('after', examples('bake rollout cancel --group web-asg'))
        .action((options) =>
          run(options, async (context) =>
            (await import('./rollout-control.ts')).cancelRollouts(context, options),
          ),
        ),
    )
    .addCommand(
      common(addGroups(newCommand('undo')))
        .description('go back: by AWS while it runs, by another refresh after its success')
        .addHelpText('after', examples('bake rollout undo --role web'))
        .action((options) =>
          run(options, async (context) =>
            (await import('./rollout-control.ts')).undoRollouts(context, options),
          ),
        ),
    );
}

const CHECKPOINTS = `
The checks of the fleet file run at checkpoints and in the bake time; one that
fails rolls back. If bake dies, AWS goes on by itself when a wait is over, and
nothing is checked any more. An alarm (--alarm, or guard in the fleet file) is
the guard that needs no running bake. Run the same command again to attach.
`;

const WATCH = `
It changes nothing and runs no checks. To have them run again after a bake has
died, run the same bake rollout again: it attaches.
`;
