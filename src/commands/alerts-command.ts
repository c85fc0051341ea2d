/** The flags and the help of `bake alerts`. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { duration } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';
import { addGroups } from './rollout-options.ts';

export function alertsCommand(run: Run): Command {
  const command = addGroups(newCommand('alerts'))
    .description('what OSSEC has seen: what is to be looked at, by rule over time, and storms')
    .addOption(
      new Option(
        '--since <time>',
        'the period, and as long before it (default: 24h; of files, all)',
      ).argParser(duration),
    )
    .addOption(
      new Option('--from <file...>', 'read these files or folders of alerts, or - for standard input')
        .default([])
        .conflicts(['role', 'group', 'rehearse']),
    )
    .addOption(new Option('--level <number>', 'only alerts of this level and up').argParser(level))
    .addOption(
      new Option('--rule <id>', 'show the alerts of this rule, whole')
        .argParser(ruleId)
        .conflicts(['html', 'level', 'exitCode']),
    )
    .option('--html <file>', 'also write a page that needs nothing else')
    .option('--exit-code', 'exit code 10 where something is to be looked at', false);
  return common(command)
    .addHelpText(
      'after',
      examples(
        'bake alerts --role web --since 7d',
        'bake alerts --group web-1 --rule 5720',
        'bake alerts --from alerts.json yesterday.json.gz --html alerts.html',
        'ssh web-1 sudo cat /var/ossec/logs/alerts/alerts.json | bake alerts --from -',
      ),
    )
    .action((options) =>
      run(options, async (context) => (await import('./alerts.ts')).alerts(context, options)),
    );
}

function ruleId(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be the number of a rule.');
  return Number(text);
}

function level(text: string): number {
  if (!/^([1-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError("It must be one of OSSEC's, 1 to 16.");
  return Number(text);
}
