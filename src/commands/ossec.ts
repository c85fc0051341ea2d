/** `bake ossec`: the OSSEC layer's own commands. */

import type { Command } from 'commander';
import { addFleetFile } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';
import { bundleCommand, pushCommand } from './ossec-push-command.ts';

export function ossecCommand(run: Run): Command {
  return newCommand('ossec')
    .description('freeze OSSEC, compile it, look at its rules and test them, and push it')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText(
      'after',
      examples(
        'bake ossec freeze ~/ossec-hids --commit 4.1.0',
        'bake ossec rules --role web',
        'bake ossec test --role web auth.log',
        'bake ossec push --role web --dry-run',
      ),
    )
    .addCommand(freezeCommand(run))
    .addCommand(buildCommand(run))
    .addCommand(rulesCommand(run))
    .addCommand(testCommand(run))
    .addCommand(bundleCommand(run))
    .addCommand(pushCommand(run));
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
    .action((source, options) =>
      run(options, async (context) =>
        (await import('./ossec-freeze.ts')).ossecFreeze(context, source, options),
      ),
    );
}

function buildCommand(run: Run): Command {
  const command = addFleetFile(newCommand('build'))
    .description('compile OSSEC ahead of time, and pin what comes of it in bake.lock')
    .option('--force', 'compile anew, even what is there', false)
    .option('--rehearse', 'compile on an AWS that runs on this machine', false);
  return common(command)
    .addHelpText('after', examples('bake ossec build', 'bake ossec build --rehearse'))
    .action((options) =>
      run(options, async (context) => (await import('./ossec-build.ts')).ossecBuild(context, options)),
    );
}

function rulesCommand(run: Run): Command {
  const command = addFleetFile(newCommand('rules'))
    .description('list the rules of an image, and where their alerts go')
    .option('--role <name>', 'the role whose image is meant (default: base)')
    .option('--posted', 'only rules whose alerts leave the machine', false);
  return common(command)
    .addHelpText(
      'after',
      examples('bake ossec rules --role web', 'bake ossec rules --role web --posted --json'),
    )
    .action((options) =>
      run(options, async (context) => (await import('./ossec-rules.ts')).ossecRules(context, options)),
    );
}

function testCommand(run: Run): Command {
  const command = addFleetFile(newCommand('test'))
    .description("put log lines, or the tests of the rules, before an image's own OSSEC, in a container")
    .argument(
      '[file]',
      'log lines; - is standard input (default: that, where it is piped, or the rule tests)',
    )
    .option('--role <name>', 'the role whose image is meant (default: base; of the tests, every image)');
  return common(command)
    .addHelpText(
      'after',
      examples(
        'bake ossec test',
        'bake ossec test --role web auth.log',
        'journalctl -t sshd -o short | bake ossec test -',
      ),
    )
    .action((file, options) =>
      run(options, async (context) => (await import('./ossec-test.ts')).ossecTest(context, file, options)),
    );
}
