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
  /** How long an image is pending at least. */
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

  /** Makes a pending image's disk from an instance. */
  commit(instanceId: string, imageId: string, fault: ImageFault): void {
    const committed = new Promise<void>((resolve, reject) => {
      this.#options.queue.add(instanceId, async () => {
        const { machines } = this.#options;
        await machines.commit(instanceId, imageId).then(() => {
          this.#disks.add(imageId);
          resolve();
        }, reject);
      });
    });
    void this.#settle(imageId, committed, fault);
  }

  /** Lets a pending copy become available: it shares its source's disk. */
  copy(imageId: string, fault: ImageFault): void {
    void this.#settle(imageId, Promise.resolve(), fault);
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

  async #settle(imageId: string, ready: Promise<void>, fault: ImageFault): Promise<void> {
    const { log, signal, pendingMilliseconds } = this.#options;
    const pending = sleep(fault.pendingMilliseconds ?? pendingMilliseconds, undefined, {
      signal,
      ref: false,
    });
    const failure = await Promise.all([ready, pending]).then(
      () => fault.failure,
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
