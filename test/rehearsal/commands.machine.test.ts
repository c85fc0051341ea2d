/** SSM's commands in real containers. */

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { type CommandOutcome, runCommand } from '../../src/instances/run-command.ts';
import { openCommands } from '../../src/world/ssm-commands.ts';
import { makeRole } from '../support/aws-by-hand.ts';
import { findEngine } from '../support/engine.ts';
import { boot, clientSettings, rehearsalEc2, STATE } from '../support/rehearsal.ts';

const REGION = 'eu-central-1';
/** Of this run: a rehearsal may see several. */
const PROFILE = `ssm-${process.pid}`;

test('scripts run as root in a session that ends with the command', {
  skip: !STATE && 'NOT RUN',
}, async () => {
  const { config, settings } = await clientSettings(REGION);
  await makeRole({ endpoint: settings.endpoint, credentials: config }, PROFILE);
  await findEngine('debian-12');
  const ec2 = await rehearsalEc2(REGION);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['136693071363'] }));
  const debian = Images.find(({ Name }) => Name?.startsWith('debian-12'))?.ImageId ?? '';
  await using instance = await boot(debian, REGION, PROFILE);
  const commands = openCommands(settings);
  const doors = { commands, sleep: () => sleep(50), isInterrupted: () => false };
  const run = async (line: string, executionTimeout = '60'): Promise<CommandOutcome | undefined> => {
    const outcomes = await runCommand(doors, {
      instanceIds: [instance.instanceId],
      document: { name: 'AWS-RunShellScript' },
      parameters: { commands: line.split('\n'), executionTimeout: [executionTimeout] },
      step: 'runShellScript',
    });
    return outcomes.get(instance.instanceId);
  };

  const who = await run(
    '#!/bin/bash\nid -u; pwd; echo "$AWS_SSM_INSTANCE_ID" "${HOME-none}"; echo oh >&2; exit 4',
  );
  const folder = '/var/lib/amazon/ssm/i-\\w+/document/orchestration/[-0-9a-f]+/runShellScript';
  assert.match(who?.stdout ?? '', new RegExp(`^0\n${folder}\n${instance.instanceId} none\n$`));
  assert.deepEqual([who?.stderr, who?.exitCode, who?.kind], ['oh\n', 4, 'failed']);

  const slow = await run('sleep 1001 & sleep 1002', '1');
  assert.equal(slow?.problem, 'runShellScript: Execution Timed Out');

  const id = await commands.send({
    instanceIds: [instance.instanceId],
    document: { name: 'AWS-RunShellScript' },
    parameters: { commands: ['touch /run/begun; sleep 1003'] },
  });
  while ((await instance.bash('ls /run')).includes('begun') === false) await sleep(50);
  await commands.cancel(id);
  while ((await commands.invocations(id))[0]?.state !== 'cancelled') await sleep(50);
  assert.equal(await instance.bash('pgrep --full --list-full "^sleep 100" || true'), '');
});
