/** The life cycle of images and their snapshots: pending for a while, then available or failed. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Machines } from '../../model.ts';
import type { Log } from '../calls.ts';
import { change, type State } from '../state/model.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ImageLifeOptions {
  readonly state: State;
  readonly machines: Machines;
  readonly queue: WorkQueue;
  readonly log: Log;
  /** How long an image is pending at least; at 0 a call that makes one answers when it is not any more. */
  readonly pendingMilliseconds: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

/** What a test asked for. */
export interface ImageFault {
  readonly failure: string | undefined;
  readonly pendingMilliseconds: number | undefined;
}

export class ImageLife {
  readonly #options: ImageLifeOptions;
  /** Disks that the machines keep for images of ours. */
  readonly #disks = new Set<string>();

  constructor(options: ImageLifeOptions) {
    this.#options = options;
  }

  /**
   * Makes a pending image's disk from an instance. Returns when the call that asked for it is to be answered:
   * waiters look once at once and then only after 15 seconds, far longer than a commit takes.
   */
  commit(instanceId: string, imageId: string, fault: ImageFault): Promise<void> {
    const committed = new Promise<void>((resolve, reject) => {
      this.#options.queue.add(instanceId, async () => {
        const { machines } = this.#options;
        await machines.commit(instanceId, imageId).then(() => {
          this.#disks.add(imageId);
          resolve();
        }, reject);
      });
    });
    return this.#follow(imageId, committed, fault);
  }

  /** Lets a pending copy become available: it shares its source's disk. Returns as {@link commit} does. */
  copy(imageId: string, fault: ImageFault): Promise<void> {
    return this.#follow(imageId, Promise.resolve(), fault);
  }

  /** Removes the disks that no image and no instance needs any more. */
  releaseDisks(): void {
    const { state, machines, log } = this.#options;
    const instances = [...state.instances.values()].filter(({ state: now }) => now !== 'terminated');
    const needed = new Set([...state.images.values(), ...instances].map(({ disk }) => disk));
    for (const disk of [...this.#disks].filter((kept) => !needed.has(kept))) {
      this.#disks.delete(disk);
      machines
        .removeImage(disk)
        .catch((error: unknown) => log(`removal of ${disk} failed: ${describe(error)}`));
    }
  }

  async #follow(imageId: string, ready: Promise<void>, fault: ImageFault): Promise<void> {
    const milliseconds = fault.pendingMilliseconds ?? this.#options.pendingMilliseconds;
    const settled = this.#settle(imageId, ready, milliseconds, fault.failure);
    if (milliseconds === 0) await settled;
  }

  async #settle(
    imageId: string,
    ready: Promise<void>,
    milliseconds: number,
    injected: string | undefined,
  ): Promise<void> {
    const { log, signal } = this.#options;
    const pending = sleep(milliseconds, undefined, { signal, ref: false });
    const failure = await Promise.all([ready, pending]).then(
      () => injected,
      (error: unknown) => describe(error),
    );
    if (signal.aborted) return;
    if (failure !== undefined) log(`image ${imageId} failed: ${failure}`);
    this.#finish(imageId, failure);
    this.releaseDisks();
  }

  #finish(imageId: string, failure: string | undefined): void {
    const { images, snapshots } = this.#options.state;
    const failed = failure !== undefined;
    const snapshotIds = images.get(imageId)?.devices.map(({ snapshotId }) => snapshotId) ?? [];
    change(images, imageId, {
      state: failed ? 'failed' : 'available',
      stateReason: failed
        ? { code: 'Server.InternalError', message: `Server.InternalError: ${failure}` }
        : undefined,
    });
    for (const id of snapshotIds) {
      if (id !== undefined) change(snapshots, id, { state: failed ? 'error' : 'completed' });
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error);
}
