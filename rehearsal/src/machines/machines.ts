/** Instances as containers, through the Docker client. */

import type { Machine, Machines, ServerConfig } from '../model.ts';
import { engineListens, socketOf } from '../setup/engine-api.ts';
import { type Addresses, AddressPool, macAddressOf } from './addresses.ts';
import { BOOT, machineOptions } from './boot.ts';
import { dockerClient, INSTANCE_LABEL, imageReference, LABEL } from './docker.ts';
import { execute } from './execute.ts';
import { Firewall } from './firewall.ts';
import { ENDPOINTS_ADDRESS } from './ruleset.ts';
import { UnnamedImages } from './unnamed-images.ts';
import { watchEnds } from './watch.ts';

export type MachinesConfig = Pick<ServerConfig, 'name' | 'docker' | 'network' | 'endpoints' | 'sourceImages'>;

/** How long systemd may take to end its services before the container is killed. */
const STOP_SECONDS = 60;

/** Every method throws RehearsalError where the engine refuses. */
export function dockerMachines(config: MachinesConfig): Machines {
  const docker = dockerClient(config.docker);
  const firewall = new Firewall(docker, config);
  const addresses = new AddressPool(config.network);
  const unnamed = new UnnamedImages(docker, config.name);
  const nameOf = (instanceId: string) => containerName(config, instanceId);

  return {
    reserve: async (instanceId) => addresses.take(instanceId),

    async launch(instanceId, image): Promise<Machine> {
      const taken = addresses.take(instanceId);
      await firewall.ensure();
      const containerId = await docker(runCommand(config, instanceId, image, taken)).catch(async (error) => {
        // One that could be made but not started is there.
        await docker(['rm', '--force', '--volumes', nameOf(instanceId)]);
        throw error;
      });
      return { containerId, ...taken };
    },

    silence: (instanceId, isSilent) => firewall.silence(addresses.take(instanceId).bridgeAddress, isSilent),

    async stop(instanceId) {
      await docker(['stop', `--time=${STOP_SECONDS}`, nameOf(instanceId)]);
    },

    async start(instanceId) {
      await firewall.ensure();
      await docker(['start', nameOf(instanceId)]);
    },

    async terminate(instanceId) {
      await docker(['rm', '--force', '--volumes', nameOf(instanceId)]);
      // Its rule stays until others are made, and goes before the address is anybody else's.
      firewall.forget(addresses.take(instanceId).bridgeAddress);
      addresses.release(instanceId);
      await unnamed.remove();
    },

    async commit(instanceId, imageId) {
      const reference = imageReference(config.name, imageId);
      const options = commitOptions(config.name);
      await unnamed.making(() => docker(['commit', ...options, nameOf(instanceId), reference]));
      return Number(await docker(['image', 'inspect', '--format={{.Size}}', reference]));
    },

    // Only the name goes where an instance still runs from it.
    async removeImage(imageId) {
      await docker(['image', 'rm', '--force', imageReference(config.name, imageId)]);
    },

    execute: (instanceId, argv, options) => execute(config, nameOf(instanceId), argv, options),

    watch: (ended, signal) => void watchEnds(config.docker, config.name, ended, signal),

    isThere: () => engineListens(socketOf(config.docker)),
  };
}

function containerName({ name }: MachinesConfig, instanceId: string): string {
  return `${name}-${instanceId}`;
}

function runCommand(
  config: MachinesConfig,
  instanceId: string,
  image: string,
  addresses: Addresses,
): string[] {
  return [
    'run',
    '--detach',
    '--pull=never',
    `--name=${containerName(config, instanceId)}`,
    `--label=${LABEL}=${config.name}`,
    `--label=${INSTANCE_LABEL}=${instanceId}`,
    ...networkOptions(config, addresses),
    ...machineOptions(config.docker.cgroupVersion),
    imageReference(config.name, image),
    '/bin/sh',
    '-c',
    BOOT,
    'boot',
    hostsFile(config.endpoints),
    config.endpoints.authority,
  ];
}

/** What the notifier sees as /etc/hosts. */
function hostsFile({ names }: ServerConfig['endpoints']): string {
  return ['127.0.0.1 localhost', ...names.map((name) => `${ENDPOINTS_ADDRESS} ${name}`)].join('\n');
}

function networkOptions(
  { docker, network }: MachinesConfig,
  { bridgeAddress, address }: Addresses,
): string[] {
  return [
    `--network=${network.name}`,
    `--ip=${bridgeAddress}`,
    ...(docker.derivesMac ? [] : [`--mac-address=${macAddressOf(bridgeAddress)}`]),
    `--publish=${address}:22:22`,
    // Until cloud-init gives it the name that the metadata service says.
    '--hostname=localhost',
  ];
}

/** A commit inherits the container's settings; this says what an image is by itself. */
function commitOptions(name: string): string[] {
  return [
    '--change=CMD ["/sbin/init"]',
    '--change=ENTRYPOINT []',
    `--change=LABEL ${LABEL}=${name} ${INSTANCE_LABEL}=`,
  ];
}
