/** The commands, their flags and their help. */

import { Command, Option } from 'commander';
import { build } from './commands/build.ts';
import { doctor } from './commands/doctor.ts';
import { addFleetFile, addRoles, positiveInteger } from './commands/fleet-options.ts';
import { rehearseDown, rehearseStatus, rehearseUp } from './commands/rehearse.ts';
import { render } from './commands/render.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './failure.ts';
import { VERSION } from './world/version.ts';

interface CommonOptions {
  readonly json: boolean;
  readonly yes: boolean;
}

/** Runs one command's work with the context that its options ask for. */
export type Run = (options: CommonOptions, act: (context: Context) => Promise<ExitCode>) => Promise<void>;

const EXIT_CODES = `
Exit codes:
  0 done · 1 failed · 2 bad input · 3 prerequisite missing · 4 rolled back · 5 cancelled
  10 something to do (where a command says so) · 130 interrupted`;

export function program(run: Run): Command {
  const bake = new Command('bake')
    .description('Bakes golden AMIs with OSSEC inside, and rolls EC2 Auto Scaling groups onto them.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(add --help for the flags and an example)')
    .addHelpText(
      'after',
      `
Examples:
  bake --role web                 bake the web role, and the base image where there is none
  bake --role web --dry-run       render what would be baked, offline
  bake --role web --rehearse      bake for real on this machine, without an AWS account
${EXIT_CODES}`,
    );
  for (const command of commands(run))
    bake.addCommand(command.exitOverride(), { isDefault: command.name() === 'build' });
  return bake;
}

function commands(run: Run): Command[] {
  return [buildCommand(run), renderCommand(run), doctorCommand(run), rehearseCommand(run)];
}

function buildCommand(run: Run): Command {
  return common(addRoles(new Command('build')))
    .description('bake what is not up to date (the default command)')
    .option('--dry-run', 'render only: no network, no credentials, no Packer', false)
    .option('--out <folder>', 'where --dry-run writes to', '.bake/render')
    .option('--rehearse', 'on an AWS on this machine', false)
    .option('--force', 'bake even what is up to date', false)
    .addOption(
      new Option('--concurrency <number>', 'roles that are baked at a time')
        .argParser(positiveInteger)
        .default(4),
    )
    .addHelpText('after', example('bake --role web --role worker', 'bake --all --concurrency 2 --json'))
    .action((options) =>
      run(options, (context) => (options.dryRun ? render(context, options) : build(context, options))),
    );
}

function renderCommand(run: Run): Command {
  return common(addRoles(new Command('render')))
    .description('write the files that a bake would use, and stop')
    .option('--out <folder>', 'where to', '.bake/render')
    .addHelpText('after', example('bake render --role web --out /tmp/web'))
    .action((options) => run(options, (context) => render(context, options)));
}

function doctorCommand(run: Run): Command {
  return common(addFleetFile(new Command('doctor')))
    .description('check everything that a bake needs, and say how to get what is missing')
    .option('--rehearse', 'check what a rehearsal needs instead of AWS', false)
    .addHelpText('after', example('bake doctor', 'bake doctor --rehearse'))
    .action((options) => run(options, (context) => doctor(context, options)));
}

function rehearseCommand(run: Run): Command {
  const rehearse = new Command('rehearse')
    .description('the AWS on this machine that --rehearse uses')
    .exitOverride();
  rehearse
    .addCommand(
      common(new Command('up').exitOverride())
        .description('start it, with all that it needs')
        .addHelpText('after', example('bake rehearse up --yes'))
        .action((options) => run(options, rehearseUp)),
    )
    .addCommand(
      common(new Command('status').exitOverride())
        .description('say whether it runs; exit code 10 where it does not')
        .addHelpText('after', example('bake rehearse status --json'))
        .action((options) => run(options, rehearseStatus)),
    )
    .addCommand(
      common(new Command('down').exitOverride())
        .description('stop it and remove every process, container, network and image that it made')
        .addHelpText('after', example('bake rehearse down'))
        .action((options) => run(options, rehearseDown)),
    );
  return rehearse;
}

function common(command: Command): Command {
  return command
    .option('--json', 'one JSON object a line, for machines', false)
    .option('-y, --yes', 'answer every question with yes', false);
}

function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
