/** `bake images`: what images there are, what is in them, and what becomes of them. */

import { type Command, Option } from 'commander';
import { addFleetFile, duration, positiveInteger } from './fleet-options.ts';
import { common, examples, newCommand, type Run } from './new-command.ts';

const DAY = 86_400;

export function imagesCommand(run: Run): Command {
  return newCommand('images')
    .description('see what images there are and what is in them; promote, retire, clean up')
    .helpCommand('help [command]', "print a command's help")
    .addHelpText('after', examples('bake images list', 'bake images promote --role web'))
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(diffCommand(run))
    .addCommand(promoteCommand(run))
    .addCommand(retireCommand(run))
    .addCommand(pruneCommand(run));
}

function verb(name: string): Command {
  return addFleetFile(newCommand(name)).option('--rehearse', 'the images of a rehearsal', false);
}

function dryRun(command: Command): Command {
  return command.option('--dry-run', 'show what would be done, and change nothing', false);
}

function roles(command: Command): Command {
  return command.addOption(new Option('--role <name...>', 'only images of these roles').default([]));
}

function listCommand(run: Run): Command {
  const command = roles(verb('list')).description('list the images of the fleet, and who uses them');
  return common(command)
    .addHelpText('after', examples('bake images list --role web', 'bake images list --json'))
    .action((options) =>
      run(options, async (context) => (await import('./images-list.ts')).imagesList(context, options)),
    );
}

function showCommand(run: Run): Command {
  const command = verb('show')
    .description('show one image, and what is in it')
    .argument('<image>', 'its AMI id, or its name')
    .option('--sbom', 'print its bill of materials (CycloneDX) instead', false);
  return common(command)
    .addHelpText(
      'after',
      examples('bake images show ami-0123456789abcdef0', 'bake images show ami-0123456789abcdef0 --sbom'),
    )
    .action((image, options) =>
      run(options, async (context) => (await import('./images-show.ts')).imagesShow(context, image, options)),
    );
}

function diffCommand(run: Run): Command {
  const command = verb('diff')
    .description('compare what is in two images')
    .argument('<old>', 'AMI id or name of the older one')
    .argument('<new>', 'AMI id or name of the newer one')
    .option('--markdown', 'for a pull request', false);
  return common(command)
    .addHelpText('after', examples('bake images diff ami-0123456789abcdef0 ami-0fedcba9876543210 --markdown'))
    .action((old, young, options) =>
      run(options, async (context) =>
        (await import('./images-diff.ts')).imagesDiff(context, old, young, options),
      ),
    );
}

function promoteCommand(run: Run): Command {
  const command = dryRun(verb('promote'))
    .description('copy, share and publish a golden image, and retire those before it')
    .option('--role <name>', 'its newest golden image')
    .option('--image <image>', 'the image with this AMI id or name');
  return common(command)
    .addHelpText(
      'after',
      examples('bake images promote --role web --dry-run', 'bake images promote --role web'),
    )
    .action((options) =>
      run(options, async (context) => (await import('./images-promote.ts')).imagesPromote(context, options)),
    );
}

function retireCommand(run: Run): Command {
  const command = dryRun(verb('retire'))
    .description('take golden images out of service')
    .argument('<image...>', 'their AMI ids or names');
  return common(command)
    .addHelpText('after', examples('bake images retire ami-0123456789abcdef0'))
    .action((images, options) =>
      run(options, async (context) =>
        (await import('./images-retire.ts')).imagesRetire(context, images, options),
      ),
    );
}

function pruneCommand(run: Run): Command {
  const command = roles(dryRun(verb('prune')))
    .description('disable images that nobody uses, and delete them when they have been disabled for a time')
    .addOption(new Option('--tag <key=value...>', 'only images with these tags').default([]))
    .addOption(
      new Option('--keep <number>', 'how many of each role stay, whatever their age')
        .argParser(positiveInteger)
        .default(5),
    )
    .addOption(
      new Option('--older-than <time>', 'only what is older').argParser(duration).default(60 * DAY, '60d'),
    )
    .addOption(
      new Option('--grace <time>', 'from disabled to deleted').argParser(duration).default(14 * DAY, '14d'),
    );
  return common(command)
    .addHelpText(
      'after',
      examples('bake images prune --dry-run', 'bake images prune --keep 5 --older-than 60d --yes'),
    )
    .action((options) =>
      run(options, async (context) => (await import('./images-prune.ts')).imagesPrune(context, options)),
    );
}
