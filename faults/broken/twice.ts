/** Two at once, and names that are taken. */

import {
  CreateImageCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceTerminated,
} from '@aws-sdk/client-ec2';
import { verdictOf } from '../checks.ts';
import { debian } from '../foreign.ts';
import type { Case } from '../model.ts';
import { BAKE, imageOf, type SmallFleet } from '../small-fleet.ts';
import { inBrokenWorld, leftLost, sceneOf } from './scene.ts';

const twoBakes: Case = {
  name: 'two-bakes',
  what: 'two bakes of one role at once: one image, which both end with',
  trials: async () => ['together', 'the second 10 s later'],
  attempt: async (world, trial) => {
    const scene = await sceneOf(world, 'two-bakes');
    await scene.write();
    await scene.removeImages();
    const before = await scene.stock();
    const run = () => scene.bake(BAKE, scene.folder);
    const first = run();
    if (trial !== 'together') await new Promise((resolve) => setTimeout(resolve, 10_000));
    const both = await Promise.all([first, run()]);
    const lost = both.flatMap((ended) => verdictOf(ended, []).lost);
    const ids = both.map((ended) => imageOf(ended)?.imageId);
    if (both.some(({ exitCode }) => exitCode !== 0))
      lost.push(
        `they ended with ${both.map(({ exitCode }) => exitCode).join(' and ')}: ${JSON.stringify(both.flatMap(({ events }) => events.filter(({ type }) => type === 'failure')))}`,
      );
    if (ids[0] === undefined || ids[0] !== ids[1])
      lost.push(`they ended with the images ${ids.join(' and ')}`);
    const images = await scene.images();
    if (images.length !== 1) lost.push(`there are ${images.length} images`);
    lost.push(...(await leftLost(scene, before)));
    await scene.removeImages();
    return verdictOf(both[1], lost);
  },
};

const takenName: Case = {
  name: 'taken-name',
  what: "the image's name belongs to an image of another job, without bake's tags",
  trials: async () => ['bake'],
  attempt: async (world) => {
    const scene = await sceneOf(world, 'taken-name');
    await scene.write();
    await scene.removeImages();
    const name = imageOf(await scene.bake(BAKE, scene.folder))?.imageName ?? '';
    await scene.removeImages();
    await otherImage(scene, name);
    return inBrokenWorld(scene, {
      right: { exitCodes: [1], says: new RegExp(name) },
      run: () => scene.bake(BAKE, scene.folder),
    });
  },
};

async function otherImage({ ec2 }: SmallFleet, Name: string): Promise<void> {
  const source = await debian(ec2);
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: source, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );
  const InstanceIds = [Instances[0]?.InstanceId ?? ''];
  const patient = { client: ec2, minDelay: 1, maxDelay: 1, maxWaitTime: 60 };
  await waitUntilInstanceRunning(patient, { InstanceIds });
  await ec2.send(new CreateImageCommand({ InstanceId: InstanceIds[0], Name }));
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  // Else it would be among what there was before, and gone after.
  await waitUntilInstanceTerminated(patient, { InstanceIds });
}

export const twice: readonly Case[] = [twoBakes, takenName];
