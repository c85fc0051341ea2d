import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EC2Client, waitUntilImageAvailable, waitUntilInstanceTerminated } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import { promote } from '../../src/build/promote.ts';
import { TAG } from '../../src/plan/tags.ts';
import { openImages } from '../../src/world/images/door.ts';
import { openLeftovers } from '../../src/world/leftovers.ts';
import { openParameters } from '../../src/world/parameters.ts';
import type { Measured, Row, World } from '../model.ts';
import { REGION } from '../world.ts';

const GOAL_SECONDS = 5;
const WAITS = 40;
/** States change in between, evenly spread: an image takes minutes on AWS. */
const FIRST_SECONDS = 5;
const LAST_SECONDS = 245;

export const waits: Row = {
  name: 'waits',
  what: "a state change noticed by bake's own waits, 95th percentile",
  goal: `≤ ${GOAL_SECONDS} s`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const server = await startChanging();
  try {
    const { ec2 } = server;
    const leftovers = openLeftovers(async () => ec2);
    world.say(`  ${WAITS} waits of each kind, side by side, for some minutes`);
    const patience = { client: ec2, maxWaitTime: 900 };
    const [images, instances, sdkImages, sdkInstances] = await Promise.all([
      lateness(server, (id) => promotedWhenAvailable(ec2, id)),
      lateness(server, (id) => leftovers.remove({ kind: 'instance', id })),
      lateness(server, (id) => waitUntilImageAvailable(patience, { ImageIds: [id] })),
      lateness(server, (id) => waitUntilInstanceTerminated(patience, { InstanceIds: [id] })),
    ]);
    const slowest = Math.max(images, instances);
    return {
      figure: `${images.toFixed(1)} s for images, ${instances.toFixed(1)} s for instances`,
      met: slowest <= GOAL_SECONDS,
      note:
        `The SDK's own waiters, as they are, in the same run: ${sdkImages.toFixed(0)} s for images, ${sdkInstances.toFixed(0)} s for instances. ` +
        `${WAITS} changes of each kind between ${FIRST_SECONDS} and ${LAST_SECONDS} s. Packer waits with a fixed delay of 2 s (\`aws_polling\`).`,
      numbers: {
        imagesSeconds: images,
        instancesSeconds: instances,
        sdkImagesSeconds: sdkImages,
        sdkInstancesSeconds: sdkInstances,
      },
    };
  } finally {
    server.close();
  }
}

/** A promotion that has only to wait for a copy that is there. */
async function promotedWhenAvailable(ec2: EC2Client, id: string): Promise<void> {
  const images = openImages(REGION, async () => ec2);
  const plan = { region: REGION, imageId: id, steps: [{ kind: 'await', imageId: id } as const] };
  const tagged = await images.describe(id);
  if (tagged === undefined) throw new Error(`${id} is not there`);
  const [outcome] = await promote([plan], {
    image: tagged.image,
    aws: () => ({ images, parameters: openParameters({ region: REGION }) }),
    signal: new AbortController().signal,
    onStep: () => undefined,
  });
  if (outcome === undefined || outcome.failures.length > 0) throw new Error(`${id} was not waited for`);
}

type Changing = Awaited<ReturnType<typeof startChanging>>;

const TAGS = { [TAG.role]: 'web', [TAG.fingerprint]: '0', [TAG.generation]: '1', [TAG.state]: 'golden' };

/** How late a wait notices, 95th percentile, in seconds. */
async function lateness(server: Changing, wait: (id: string) => Promise<unknown>): Promise<number> {
  const late = await pMap(
    Array.from({ length: WAITS }, (_, index) => index),
    async (index) => {
      const afterSeconds = FIRST_SECONDS + ((LAST_SECONDS - FIRST_SECONDS) * index) / (WAITS - 1);
      const id = server.changeAfter(afterSeconds);
      const startedAt = performance.now();
      await wait(id);
      return (performance.now() - startedAt) / 1000 - afterSeconds;
    },
  );
  return late.toSorted((a, b) => a - b)[Math.ceil(WAITS * 0.95) - 1] ?? Number.NaN;
}

/** An EC2 whose images become available, and whose instances end, at their time. */
async function startChanging() {
  const changesAt = new Map<string, number>();
  const isChanged = (body: string) => {
    const [id = ''] = /i-\w+/.exec(body) ?? [];
    return performance.now() >= (changesAt.get(id) ?? 0);
  };
  const server = createServer(async (request, response) => {
    const body = decodeURIComponent((await Array.fromAsync(request)).join(''));
    response.setHeader('content-type', 'text/xml').end(answer(body, isChanged(body)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };
  return {
    ec2: new EC2Client({ region: REGION, endpoint, credentials }),
    changeAfter: (seconds: number) => {
      const id = `i-${String(changesAt.size).padStart(17, '0')}`;
      changesAt.set(id, performance.now() + seconds * 1000);
      return id;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(body: string, isChanged: boolean): string {
  const xml = (name: string, content: string) =>
    `<${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${content}</${name}Response>`;
  const state = isChanged ? 'terminated' : 'shutting-down';
  if (body.includes('Action=TerminateInstances')) return xml('TerminateInstances', '');
  if (body.includes('Action=DescribeImages')) {
    const tags = Object.entries(TAGS).map(
      ([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
    );
    const image = `<item><imageState>${isChanged ? 'available' : 'pending'}</imageState><tagSet>${tags.join('')}</tagSet></item>`;
    return xml('DescribeImages', `<imagesSet>${image}</imagesSet>`);
  }
  const instance = `<item><instanceState><name>${state}</name></instanceState></item>`;
  return xml(
    'DescribeInstances',
    `<reservationSet><item><instancesSet>${instance}</instancesSet></item></reservationSet>`,
  );
}
