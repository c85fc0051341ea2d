/** The bridge network of the containers. */

import { networkInterfaces } from 'node:os';
import { type Docker, LABEL, lines } from '../machines/docker.ts';
import type { Network } from '../model.ts';
import type { Place } from './place.ts';

const METADATA_PORT = 8169;

/** The network, made where it is missing. Its addresses are a /24 that no interface of this machine has. */
export async function openNetwork(docker: Docker, place: Place): Promise<Network> {
  const known = await lines(docker, ['network', 'ls', '--quiet', `--filter=name=^${place.name}$`]);
  if (known.length === 0) await create(docker, place);
  const subnet = await docker([
    'network',
    'inspect',
    '--format={{(index .IPAM.Config 0).Subnet}}',
    place.name,
  ]);
  return {
    name: place.name,
    bridge: place.bridge,
    subnet,
    gateway: subnet.replace(/\.0\/24$/, '.1'),
    metadataPort: METADATA_PORT,
  };
}

async function create(docker: Docker, { name, bridge, seed }: Place): Promise<void> {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).map(({ address }) => address.replace(/\.\d+$/, '')),
    ),
  );
  const third = Array.from({ length: 254 }, (_, step) => ((seed + step) % 254) + 1).find(
    (number) => !taken.has(`10.77.${number}`),
  );
  await docker([
    'network',
    'create',
    '--driver=bridge',
    `--label=${LABEL}=${name}`,
    `--subnet=10.77.${third}.0/24`,
    `--gateway=10.77.${third}.1`,
    `--opt=com.docker.network.bridge.name=${bridge}`,
    name,
  ]);
}
