/** The commands, their flags and their help. What a command does is loaded when it is run. */

import { type Command, Option } from 'commander';
import { alertsCommand } from './commands/alerts-command.ts';
import { addFleetFile, addRoles, duration, positiveInteger } from './commands/fleet-options.ts';
import { iamCommand } from './commands/iam-command.ts';
import { imagesCommand } from './commands/images.ts';
import { maintenanceCommand } from './commands/maintenance-command.ts';
import { common, examples, newCommand, type Run } from './commands/new-command.ts';
import { ossecCommand } from './commands/ossec.ts';
import { rolloutCommand } from './commands/rollout-command.ts';
import { VERSION } from './world/version.ts';

const EXIT_CODES = `

Exit codes:
  0 done · 1 failed · 2 bad input · 3 prerequisite missing
  4 rolled back · 5 cancelled · 10 something to do, where a command says so
  130 interrupted`;

export function program(run: Run): Command {
  return newCommand('bake')
    .description('Bakes golden AMIs with the OSSEC host intrusion detection system inside.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText(
      'after',
      examples(
        'bake --role web              bake the web role, and base where there is none',
        'bake --role web --dry-run    render what would be baked, offline',
        'bake --role web --rehearse   bake on this machine, without an AWS account',
        'bake build --help            the flags of a bake',
      ) + EXIT_CODES,
    )
    .addCommand(buildCommand(run), { isDefault: true })
    .addCommand(renderCommand(run))
    .addCommand(verifyCommand(run))
    .addCommand(statusCommand(run))
    .addCommand(imagesCommand(run))
    .addCommand(ossecCommand(run))
    .addCommand(rolloutCommand(run))
    .addCommand(alertsCommand(run))
    .addCommand(maintenanceCommand(run))
    .addCommand(iamCommand(run))
    .addCommand(reapCommand(run))
    .addCommand(doctorCommand(run))
    .addCommand(rehearseCommand(run));
}

function buildCommand(run: Run): Command {
  const command = addRoles(newCommand('build'))
    .description('bake what is not up to date (the default command)')
    .option('--force', 'bake even what is up to date', false)
    .addOption(
      new Option('--max-age <time>', 'bake what is older anew: 30d keeps packages patched').argParser(
        duration,
      ),
    )
    .addOption(
      new Option('--concurrency <number>', 'how many roles are baked at a time')
        .argParser(positiveInteger)
        .default(4),
    )
    .option('--no-verify', 'leave what was baked a candidate, and boot nothing to prove it')
    .option('--rehearse', 'bake on an AWS that runs on this machine, without an account', false)
    .option('--dry-run', 'render only: no network, no credentials, no Packer', false)
    .option('--out <folder>', 'where --dry-run writes to', '.bake/render');
  return common(command)
    .addHelpText('after', examples('bake --role web --role worker', 'bake --all --concurrency 2 --json'))
    .action((options) =>
      run(options, async (context) => {
        if (options.dryRun) return (await import('./commands/render.ts')).render(context, options);
        return (await import('./commands/build.ts')).build(context, options);
      }),
    );
}

function renderCommand(run: Run): Command {
  const command = addRoles(newCommand('render'))
    .description('write the files that a bake would use, and stop')
    .option('--out <folder>', 'where to', '.bake/render');
  return common(command)
    .addHelpText('after', examples('bake render --role web --out /tmp/web'))
    .action((options) =>
      run(options, async (context) => (await import('./commands/render.ts')).render(context, options)),
    );
}

function verifyCommand(run: Run): Command {
  const command = addFleetFile(newCommand('verify'))
    .description('boot an image to prove it: quiet at boot, and loud when touched')
    .option('--role <name>', 'the role whose newest image is proven')
    .option('--image <image>', 'this image of the fleet, by AMI id or by name')
    .option('--rehearse', 'prove an image of a rehearsal', false);
  return common(command)
    .addHelpText(
      'after',
      examples('bake verify --role web', 'bake verify --image ami-0123456789abcdef0 --json'),
    )
    .action((options) =>
      run(options, async (context) => (await import('./commands/verify.ts')).verify(context, options)),
    );
}

function statusCommand(run: Run): Command {
  const command = addRoles(newCommand('status'))
    .description('say what a bake would do, and why (default: for every role)')
    .addOption(new Option('--max-age <time>', 'what is older would be baked anew').argParser(duration))
    .option('--instances', 'compare running instances with the fleet file instead', false)
    .option('--exit-code', 'exit code 10 where something would be baked, or an instance differs', false)
    .option('--rehearse', 'look at a rehearsal', false);
  return common(command)
    .addHelpText(
      'after',
      examples(
        'bake status --role web',
        'bake status --role web --instances',
        'bake status --exit-code --json',
      ),
    )
    .action((options) =>
      run(options, async (context) => {
        if (!options.instances) return (await import('./commands/status.ts')).status(context, options);
        return (await import('./commands/status-instances.ts')).statusOfRunning(context, options);
      }),
    );
}

function reapCommand(run: Run): Command {
  const command = addFleetFile(newCommand('reap'))
    .description('remove what killed runs have left: builders, their keys, unfinished images')
    .addOption(
      new Option('--older-than <time>', 'only what runs have left that began earlier')
        .argParser(duration)
        .default(4 * 3600, '4h'),
    )
    .option('--dry-run', 'show what would be removed, and change nothing', false)
    .option('--rehearse', 'in a rehearsal', false);
  return common(command)
    .addHelpText('after', examples('bake reap --dry-run', 'bake reap --older-than 12h --yes'))
    .action((options) =>
      run(options, async (context) => (await import('./commands/reap.ts')).reap(context, options)),
    );
}

function doctorCommand(run: Run): Command {
  const command = addFleetFile(newCommand('doctor'))
    .description('check all that a bake needs, and say how to get what is missing')
    .option('--rehearse', 'check what a rehearsal needs instead of AWS', false);
  return common(command)
    .addHelpText('after', examples('bake doctor', 'bake doctor --rehearse'))
    .action((options) =>
      run(options, async (context) => (await import('./commands/doctor.ts')).doctor(context, options)),
    );
}

function rehearseCommand(run: Run): Command {
  return newCommand('rehearse')
    .description('the AWS on this machine that --rehearse uses')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText('after', examples('bake rehearse up --yes', 'bake rehearse down'))
    .addCommand(
      common(newCommand('up'))
        .description('start it, with all that it needs')
        .addHelpText('after', examples('bake rehearse up --yes'))
        .action((options) =>
          run(options, async (context) => (await import('./commands/rehearse.ts')).rehearseUp(context)),
        ),
    )
    .addCommand(
      common(newCommand('status'))
        .description('say whether it runs; exit code 10 where it does not')
        .addHelpText('after', examples('bake rehearse status --json'))
        .action((options) =>
          run(options, async (context) => (await import('./commands/rehearse.ts')).rehearseStatus(context)),
        ),
    )
    .addCommand(
      common(newCommand('down'))
        .description('stop it and remove every process, container, network and image that it made')
        .addHelpText('after', examples('bake rehearse down'))
        .action((options) =>
          run(options, async (context) => (await import('./commands/rehearse.ts')).rehearseDown(context)),
        ),
    );
}
