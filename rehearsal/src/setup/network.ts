/** The bridge network of a rehearsal's containers. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { type Docker, LABEL } from '../machines/docker.ts';
import { type Network, RehearsalError } from '../model.ts';
import type { Place } from './place.ts';
import { defaultInterface, freeSubnets, parseRoutes } from './routes.ts';

/** How many address ranges to try where the engine knows more networks than this machine's routes show. */
const ATTEMPTS = 5;

/** @throws RehearsalError where no network can be made, or the engine makes it elsewhere */
export async function createNetwork(docker: Docker, place: Place): Promise<Network> {
  const routes = parseRoutes(await readFile('/proc/net/route', 'utf8'));
  const mtu = await mtuOf(defaultInterface(routes));
  const subnet = await createWhereFree(docker, place, freeSubnets(routes, place.seed), mtu);
  const gateway = subnet.replace(/0\/24$/, '1');
  // At the same time, so that they are not the same.
  const [metadataPort, endpointsPort] = await Promise.all([freePort(gateway), freePort(gateway)]);
  return { name: place.name, bridge: place.bridge, subnet, gateway, metadataPort, endpointsPort };
}

async function createWhereFree(
  docker: Docker,
  place: Place,
  subnets: readonly string[],
  mtu: string,
): Promise<string> {
  const problems: string[] = [];
  for (const subnet of subnets.slice(0, ATTEMPTS)) {
    const problem = await docker(createCommand(place, subnet, mtu)).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (problem === undefined) return subnet;
    problems.push(problem);
  }
  throw new RehearsalError(
    'failed',
    `no network for the containers could be made: ${problems.at(-1) ?? 'no address range is free'}`,
  );
}

function createCommand({ name, bridge }: Place, subnet: string, mtu: string): string[] {
  return [
    'network',
    'create',
    '--driver=bridge',
    `--label=${LABEL}=${name}`,
    `--subnet=${subnet}`,
    `--gateway=${subnet.replace(/0\/24$/, '1')}`,
    `--opt=com.docker.network.bridge.name=${bridge}`,
    // Packets that the way out would have to break up are lost on many networks.
    `--opt=com.docker.network.driver.mtu=${mtu}`,
    name,
  ];
}

async function mtuOf(networkInterface: string | undefined): Promise<string> {
  if (networkInterface === undefined) return '1500';
  return (await readFile(`/sys/class/net/${networkInterface}/mtu`, 'utf8')).trim();
}

/** A port on the bridge that is free now; only an engine on this very machine has its bridge here. */
function freePort(gateway: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(
        new RehearsalError('failed', "the Docker engine's networks are not on this machine", {
          remedy: 'use an engine that runs on this machine itself, not in a virtual machine',
        }),
      ),
    );
    server.listen(0, gateway, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
