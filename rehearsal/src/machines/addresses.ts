/** An instance's two addresses: their last two numbers are the same, and no other rehearsal has those. */

import { type Machine, type Network, RehearsalError } from '../model.ts';

export type Addresses = Pick<Machine, 'bridgeAddress' | 'address'>;

/** 1 is the gateway's, 255 the broadcast's. */
const FIRST = 2;
const LAST = 254;

/** Hands out addresses in turn, so that one is not used again soon after its instance has gone. */
export class AddressPool {
  readonly #subnet: string;
  readonly #taken = new Map<string, number>();
  #next = FIRST;

  constructor({ subnet }: Pick<Network, 'subnet'>) {
    this.#subnet = subnet;
  }

  /** The same addresses for the same instance until {@link release}. @throws RehearsalError where none is left */
  take(instanceId: string): Addresses {
    const number = this.#taken.get(instanceId) ?? this.#findFree();
    this.#taken.set(instanceId, number);
    return addressesOf(this.#subnet, number);
  }

  release(instanceId: string): void {
    this.#taken.delete(instanceId);
  }

  #findFree(): number {
    const taken = new Set(this.#taken.values());
    const count = LAST - FIRST + 1;
    for (let step = 0; step < count; step++) {
      const number = FIRST + ((this.#next - FIRST + step) % count);
      if (taken.has(number)) continue;
      this.#next = number + 1;
      return number;
    }
    throw new RehearsalError('failed', `a rehearsal can't have more than ${count} instances at a time`, {
      remedy: 'terminate instances that are no longer needed',
    });
  }
}

/** `10.77.9.0/24` and 2: `10.77.9.2` on the bridge, `127.77.9.2` on the loopback. */
export function addressesOf(subnet: string, number: number): Addresses {
  const [first, second, third] = subnet.split('.');
  return { bridgeAddress: `${first}.${second}.${third}.${number}`, address: `127.77.${third}.${number}` };
}

/** The locally administered MAC address that stands for an IPv4 address: `02:42:0a:4d:09:02`. */
export function macAddressOf(bridgeAddress: string): string {
  const bytes = bridgeAddress.split('.').map((number) => Number(number).toString(16).padStart(2, '0'));
  return ['02', '42', ...bytes].join(':');
}
