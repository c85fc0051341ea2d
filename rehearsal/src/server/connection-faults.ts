/** Faults of the way rather than of the service: calls that are held, dropped, or answered late. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Faults } from './faults.ts';

type Moment = Extract<Fault['effect'], { kind: 'hold' }>['moment'];

export interface HeldCall {
  /** `ec2:RunInstances` */
  readonly action: string;
  readonly region: string;
  readonly moment: Moment;
}

/** Whoever has called is gone, or is to be cut off. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

/** The calls that a fault holds now. */
export class HeldCalls {
  readonly #waiting = new Map<HeldCall, () => void>();

  list(): readonly HeldCall[] {
    return [...this.#waiting.keys()];
  }

  /** All of them go on. */
  release(): void {
    for (const goOn of this.#waiting.values()) goOn();
  }

  /** @throws Disconnected where `left` says so before anybody has released it */
  async hold(call: HeldCall, left: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    left.addEventListener('abort', () => resolve(), { once: true });
    if (left.aborted) resolve();
    this.#waiting.set(call, resolve);
    await promise;
    this.#waiting.delete(call);
    if (left.aborted) throw new Disconnected(`nobody waits for ${call.action} any more`);
  }
}

export interface Connection {
  readonly action: string;
  readonly region: string;
  /** Aborted when whoever has called is gone. */
  readonly left: AbortSignal;
}

/**
 * The answer of `serve`, whichever it is, after what faults do to the connection.
 * @throws Disconnected
 */
export async function throughFaults<T>(
  { faults, held }: { readonly faults: Faults; readonly held: HeldCalls },
  { action, region, left }: Connection,
  serve: () => Promise<T>,
): Promise<T> {
  const hold = faults.take(action, 'hold');
  const drop = faults.take(action, 'drop');
  const late = faults.take(action, 'late');
  const meet = async (moment: Moment) => {
    if (hold?.moment === moment) await held.hold({ action, region, moment }, left);
    if (drop?.moment === moment) throw new Disconnected(`${action} was dropped`);
  };
  await meet('before');
  const [served] = await Promise.allSettled([serve()]);
  await meet('after');
  if (late !== undefined) await sleep(late.milliseconds);
  if (served.status === 'rejected') throw served.reason;
  return served.value;
}
