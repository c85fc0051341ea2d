/** `bake ossec`: the OSSEC layer's own commands. */

import type { Command } from 'commander';
import type { Run } from '../program.ts';
import { common, examples, newCommand } from './new-command.ts';
import { ossecFreeze } from './ossec-freeze.ts';

export function ossecCommand(run: Run): Command {
  return newCommand('ossec')
    .description('freeze OSSEC')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText('after', examples('bake ossec freeze ~/ossec-hids --commit 4.1.0'))
    .addCommand(freezeCommand(run));
}

function freezeCommand(run: Run): Command {
  const command = newCommand('freeze')
    .description('make the tarball that bakes install, and bake.lock')
    .argument('<source>', 'a clone of OSSEC, or the tar archive of a release')
    .option('-f, --file <path>', 'the fleet file', 'bake.yaml')
    .option('--commit <ref>', 'what to freeze of a clone (default: its clean work tree)')
    .option('--to <place>', 's3://BUCKET/KEY or a path (default: beside the fleet file)')
    .option('--force', 'replace something else that is there', false)
    .option('--rehearse', 'upload to the S3 of a rehearsal', false);
  return common(command)
    .addHelpText(
      'after',
      examples(
        'bake ossec freeze ~/ossec-hids --commit 4.1.0 --to s3://shop/ossec.tar.gz',
        'bake ossec freeze ossec-hids-4.1.0.tar.gz',
      ),
    )
    .action((source, options) => run(options, (context) => ossecFreeze(context, source, options)));
}
