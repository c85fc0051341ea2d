/** A group of three real containers, moved from one baked image to the next and back, as a user does it. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { makeRole } from '../support/aws-by-hand.ts';
import { bakeWeb } from '../support/push.ts';
import { bakeJson, clientSettings, rehearsalEc2 } from '../support/rehearsal.ts';

const REGION = 'eu-north-1';
const GROUP = 'rollout-web';

const CHECK = `checks: [{ name: smoke, run: 'test "$BAKE_PERCENT" = 30', time_limit: 10s }]`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-rollout-'));
  await writeFleet('one');
});
after(() => rm(folder, { recursive: true, force: true }));

/** `check`: what is asked at the checkpoint. */
async function writeFleet(release: string, check = CHECK): Promise<void> {
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: rollout
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
rollout:
  minimum_healthy: 100
  maximum_healthy: 150
  warmup: 0s
  checkpoints: [30, 100]
  checkpoint_delay: 30s
  ${check}
roles:
  web:
    files: [{ path: /etc/release-of-web, content: "${release}" }]
    groups: [${GROUP}]
`,
  );
}

function run(...args: string[]) {
  return bakeJson([...args, '--rehearse'], { cwd: folder });
}

async function instances(): Promise<Array<{ id: string; version: string }>> {
  const scaling = new AutoScalingClient((await clientSettings(REGION)).settings);
  const { AutoScalingGroups = [] } = await scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }),
  );
  return (AutoScalingGroups[0]?.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === 'InService')
    .map(({ InstanceId = '', LaunchTemplate }) => ({
      id: InstanceId,
      version: LaunchTemplate?.Version ?? '',
    }));
}

/** What each instance has in the file that tells the releases apart. */
async function releases(): Promise<string[]> {
  const { config } = await clientSettings(REGION);
  const { command, host } = config.docker;
  return Promise.all(
    (await instances()).map(async ({ id }) => {
      const container = `${config.name}-${id}`;
      const { stdout } = await execa(command, [
        '--host',
        host,
        'exec',
        container,
        'cat',
        '/etc/release-of-web',
      ]);
      return stdout;
    }),
  );
}

test('three instances are moved from one image to the next, and back', async () => {
  const first = await bakeWeb(folder);
  const ec2 = await rehearsalEc2(REGION);
  const { settings } = await clientSettings(REGION);
  const scaling = new AutoScalingClient(settings);
  // SSM's agent needs one.
  await makeRole(settings, GROUP);
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: GROUP,
      LaunchTemplateData: {
        ImageId: first,
        InstanceType: 't3.micro',
        IamInstanceProfile: { Name: GROUP },
      },
    }),
  );
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: GROUP,
      MinSize: 0,
      MaxSize: 6,
      DesiredCapacity: 3,
      AvailabilityZones: [`${REGION}a`],
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: '1' },
    }),
  );
  try {
    while ((await instances()).length < 3) await sleep(500);
    assert.deepEqual(await releases(), ['one', 'one', 'one']);

    await writeFleet('two');
    const second = await bakeWeb(folder);
    const dry = await run('rollout', '--role', 'web', '--dry-run');
    assert.equal(dry.exitCode, 0, `${dry.stdout}${dry.stderr}`);
    const [prepared] = dry.value;
    assert.deepEqual(prepared.change.differences, [{ key: 'ImageId', before: first, after: second }]);
    assert.deepEqual(
      [prepared.change.prediction.lowestReady, prepared.change.prediction.highestRunning],
      [3, 4],
    );
    assert.deepEqual(await releases(), ['one', 'one', 'one']);

    const rolled = await run('rollout', '--role', 'web', '--yes');
    assert.equal(rolled.exitCode, 0, `${rolled.stdout}${rolled.stderr}`);
    const said = `${rolled.stdout}${rolled.stderr}`;
    assert.match(said, /check smoke passed at 30 percent/);
    assert.deepEqual(await releases(), ['two', 'two', 'two']);
    const again = await run('rollout', '--role', 'web', '--yes');
    assert.equal(again.exitCode, 0, `${again.stdout}${again.stderr}`);
    assert.deepEqual([again.value[0].kind, again.value[0].kept.length], ['done', 3]);

    const back = await run('rollout', 'undo', '--role', 'web', '--yes');
    assert.equal(back.exitCode, 0, `${back.stdout}${back.stderr}`);
    assert.deepEqual(await releases(), ['one', 'one', 'one']);

    // The stand-in for OSSEC writes no alerts, and what can't be read is no good news.
    await writeFleet('two', 'alert_check: { level: 10, time_limit: 10s }');
    const failed = await run('rollout', '--role', 'web', '--yes');
    assert.equal(failed.exitCode, 4, `${failed.stdout}${failed.stderr}`);
    assert.match(
      failed.value[0].why,
      /^the check alerts failed at 30 percent: i-\w+ could not be asked: .*there is no .*: the stand-in for OSSEC hears nothing/,
    );
    assert.deepEqual(await releases(), ['one', 'one', 'one']);
  } finally {
    await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: GROUP, ForceDelete: true }));
  }
});
