/** A clock that only tests move, and containers that take their time on it. */

import type { Executed, Machine, Machines } from '../../../rehearsal/src/model.ts';

export class Clock {
  seconds = 1_800_000_000;
  #waiting: Array<{ readonly atSeconds: number; readonly resolve: () => void }> = [];

  now(): Date {
    return new Date(this.seconds * 1000);
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) =>
      this.#waiting.push({ atSeconds: this.seconds + seconds, resolve: () => resolve() }),
    );
  }

  move(seconds: number): void {
    this.seconds += seconds;
    const due = this.#waiting.filter(({ atSeconds }) => atSeconds <= this.seconds);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }
}

export class TimedMachines implements Machines {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async reserve(): Promise<Pick<Machine, 'bridgeAddress' | 'address'>> {
    return { bridgeAddress: '10.0.0.2', address: '127.0.0.2' };
  }
  async launch(instanceId: string): Promise<Machine> {
    await this.#clock.wait(30);
    return { containerId: instanceId, bridgeAddress: '', address: '' };
  }
  async silence(): Promise<void> {}
  async stop(): Promise<void> {}
  async start(): Promise<void> {}
  async terminate(): Promise<void> {
    await this.#clock.wait(15);
  }
  async commit(): Promise<number> {
    return 0;
  }
  async removeImage(): Promise<void> {}
  execute(): Promise<Executed> {
    throw new Error('nothing is run in these machines');
  }
  watch(): void {}
  isThere(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
