/** Containers and instances that are only imagined. */

import type { Executed, Machine, Machines } from '../../../rehearsal/src/model.ts';
import type { Instance } from '../../../rehearsal/src/server/state/model.ts';

/** Containers that exist as far as anybody asks. */
export class ImaginedMachines implements Machines {
  readonly log: string[] = [];
  /** Set to make the named method fail. */
  readonly failing = new Set<string>();
  /** How long everything takes. */
  milliseconds = 20;
  #next = 2;
  readonly #addresses = new Map<string, string>();
  #ended: (instanceId: string) => void = () => undefined;

  reserve(instanceId: string): Promise<Pick<Machine, 'bridgeAddress' | 'address'>> {
    if (this.failing.has('reserve')) return Promise.reject(new Error('no address is free'));
    this.#next += 1;
    // Loopback addresses, so that a test can call the metadata service from them.
    const addresses = { bridgeAddress: `127.78.0.${this.#next}`, address: `127.77.0.${this.#next}` };
    this.#addresses.set(instanceId, addresses.bridgeAddress);
    return Promise.resolve(addresses);
  }
  async launch(instanceId: string, image: string): Promise<Machine> {
    await this.#act('launch', instanceId, image);
    return { containerId: instanceId, bridgeAddress: '', address: '' };
  }
  /** Instances from which nothing gets out. */
  readonly silent = new Set<string>();
  async silence(instanceId: string, isSilent: boolean): Promise<void> {
    if (this.failing.has('silence')) throw new Error('silence fails in this test');
    if (isSilent) this.silent.add(instanceId);
    else this.silent.delete(instanceId);
  }
  async stop(instanceId: string): Promise<void> {
    await this.#act('stop', instanceId);
    this.#ended(instanceId);
  }
  start(instanceId: string): Promise<void> {
    return this.#act('start', instanceId);
  }
  async terminate(instanceId: string): Promise<void> {
    await this.#act('terminate', instanceId);
    this.#ended(instanceId);
  }
  async commit(instanceId: string, imageId: string): Promise<number> {
    await this.#act('commit', instanceId, imageId);
    return 300_000_000;
  }
  removeImage(imageId: string): Promise<void> {
    return this.#act('removeImage', imageId);
  }
  /** What a program does; what it is given as arguments and as input is its to judge. */
  program: (instanceId: string, argv: readonly string[], input: string) => Promise<Executed> = async () => ({
    ...{ exitCode: 0, stdout: '', stderr: '' },
  });
  execute(
    instanceId: string,
    argv: readonly string[],
    options: { readonly input?: Uint8Array } = {},
  ): Promise<Executed> {
    return this.program(instanceId, argv, Buffer.from(options.input ?? []).toString('utf8'));
  }
  watch(ended: (instanceId: string) => void): void {
    this.#ended = ended;
  }
  /** Set to make what runs the containers be gone. */
  isGone = false;
  isThere(): Promise<boolean> {
    return Promise.resolve(!this.isGone);
  }
  bridgeAddressOf(instanceId: string): string {
    return this.#addresses.get(instanceId) ?? '';
  }
  /** Powers a machine off from inside. */
  powerOff(instanceId: string): void {
    this.#ended(instanceId);
  }

  async #act(method: string, ...args: readonly string[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.milliseconds));
    this.log.push([method, ...args].join(' '));
    if (this.failing.has(method)) throw new Error(`${method} fails in this test`);
  }
}

/** A pending instance, but for what is said to be different. */
export function imaginedInstance(changes: Partial<Instance>): Instance {
  return {
    id: 'i-0123456789abcdef0',
    region: 'eu-west-1',
    reservationId: 'r-0123456789abcdef0',
    launchIndex: 0,
    imageId: 'ami-0123456789abcdef0',
    disk: 'ami-0123456789abcdef0',
    instanceType: 't3.micro',
    architecture: 'x86_64',
    rootDeviceName: '/dev/xvda',
    launchTime: new Date('2026-11-01T12:00:00Z'),
    state: 'pending',
    stateReason: undefined,
    transitionReason: '',
    terminatedAt: undefined,
    key: { name: 'launch', publicKey: 'ssh-ed25519 AAAA' },
    availabilityZone: 'eu-west-1a',
    subnetId: 'subnet-1',
    vpcId: 'vpc-1',
    securityGroups: [{ id: 'sg-1', name: 'default' }],
    networkInterfaceId: 'eni-1',
    bridgeAddress: '10.77.9.2',
    address: '127.77.9.2',
    hasPublicAddress: true,
    profile: undefined,
    userData: undefined,
    metadataOptions: { tokens: 'optional', endpoint: 'enabled', hopLimit: 1, tags: 'disabled' },
    shutdownBehavior: 'stop',
    terminationProtected: false,
    clientToken: undefined,
    ebsOptimized: false,
    enaSupport: true,
    tags: new Map(),
    ...changes,
  };
}
