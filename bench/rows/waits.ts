import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EC2Client, waitUntilImageAvailable, waitUntilInstanceTerminated } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import { openLeftovers } from '../../src/world/leftovers.ts';
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
    world.say(`  ${WAITS} waits of each kind, side by side, for ${LAST_SECONDS} s`);
    const patience = { client: ec2, maxWaitTime: 900 };
    const [own, sdkImages, sdkInstances] = await Promise.all([
      lateness(server, (id) =>
        leftovers.remove({ kind: 'instance', id } as Parameters<typeof leftovers.remove>[0]),
      ),
      lateness(server, (id) => waitUntilImageAvailable(patience, { ImageIds: [id] })),
      lateness(server, (id) => waitUntilInstanceTerminated(patience, { InstanceIds: [id] })),
    ]);
    return {
      figure: `${own.toFixed(1)} s`,
      met: own <= GOAL_SECONDS,
      note:
        `The SDK's own waiters, as they are, in the same run: ${sdkImages.toFixed(0)} s for images, ${sdkInstances.toFixed(0)} s for instances. ` +
        `${WAITS} changes between ${FIRST_SECONDS} and ${LAST_SECONDS} s. Packer waits with a fixed delay of 2 s (\`aws_polling\`).`,
      numbers: { ownSeconds: own, sdkImagesSeconds: sdkImages, sdkInstancesSeconds: sdkInstances },
    };
  } finally {
    server.close();
  }
}

type Changing = Awaited<ReturnType<typeof startChanging>>;

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
  if (body.includes('Action=DescribeImages'))
    return xml(
      'DescribeImages',
      `<imagesSet><item><imageState>${isChanged ? 'available' : 'pending'}</imageState></item></imagesSet>`,
    );
  const instance = `<item><instanceState><name>${state}</name></instanceState></item>`;
  return xml(
    'DescribeInstances',
    `<reservationSet><item><instancesSet>${instance}</instancesSet></item></reservationSet>`,
  );
}
