/** How every command of bake behaves: errors, help, examples. */

import { Command, Help } from 'commander';
import type { Context } from '../context.ts';
import type { ExitCode } from '../failure.ts';

interface CommonOptions {
  readonly json: boolean;
  readonly yes: boolean;
}

/** Runs one command's work with the context that its options ask for. */
export type Run = (options: CommonOptions, act: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** A command that throws where commander would end the process, and whose help says only what helps. */
export function newCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .showHelpAfterError('(add --help for the flags and an example)')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({
      // That a flag is not given by default is no news.
      optionDescription: (option) =>
        new Help().optionDescription(option).replace(/ \(default: (?:false|\[\])\)$/, ''),
    });
}

/** The end of a command's help. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** The flags of every command. */
export function common(command: Command): Command {
  return command
    .option('--json', 'print one JSON object a line, for machines', false)
    .option('-y, --yes', 'answer every question with yes', false);
}
