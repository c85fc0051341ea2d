/** The flags and the help of `bake ossec push` and `bake ossec bundle`. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { addFleetFile } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';
import { addGroups } from './rollout-options.ts';

export function bundleCommand(run: Run): Command {
  const command = addFleetFile(newCommand('bundle'))
    .description('put what a push brings where instances fetch it; who may do that is root on them')
    .addOption(new Option('--role <name...>', 'roles whose layer is meant').default([]))
    .option('--all', 'every role of the fleet file', false)
    .addOption(
      new Option('--platform <name...>', 'also with OSSEC itself, for these: debian-12-amd64').default([]),
    )
    .option('--rehearse', 'in the S3 of a rehearsal', false);
  return common(command)
    .addHelpText(
      'after',
      examples('bake ossec bundle --all', 'bake ossec bundle --role web --platform debian-12-amd64'),
    )
    .action((options) =>
      run(options, async (context) => (await import('./push-bundles.ts')).ossecBundle(context, options)),
    );
}

export function pushCommand(run: Run): Command {
  const command = addGroups(newCommand('push'))
    .description('bring the OSSEC layer of running instances to what the fleet file says')
    .addOption(new Option('--instance <id...>', 'only these instances of the groups').default([]))
    .addOption(
      new Option('--canary <number>', 'how many of each bundle come first, alone')
        .argParser(wholeNumber)
        .default(1),
    )
    .addOption(
      new Option('--max-concurrency <number>', 'how many at a time, also as a percentage')
        .argParser(limit)
        .default('10%'),
    )
    .addOption(
      new Option('--max-errors <number>', 'with one more, no further wave begins')
        .argParser(wholeNumber)
        .default(2),
    )
    .option('--dry-run', 'show what would change on which instances, and change nothing', false);
  return common(command)
    .addHelpText(
      'after',
      examples(
        'bake ossec push --role web --dry-run',
        'bake ossec push --role web --canary 2 --max-concurrency 20%',
        'bake ossec push --group web-1 --instance i-0123456789abcdef0 --yes',
      ),
    )
    .action((options) =>
      run(options, async (context) => (await import('./ossec-push.ts')).ossecPush(context, options)),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function limit(text: string): string {
  if (/^(?:[1-9]\d{0,3}|[1-9]\d?%|100%)$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a number from 1 on, or a percentage: 20 or 10%.');
}
