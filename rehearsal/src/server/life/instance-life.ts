/**
 * The life cycle of instances. A call sets the state that AWS answers at once; the container follows,
 * and with it the state that the instance ends up in.
 */

import type { Machine, Machines } from '../../model.ts';
import type { Log } from '../calls.ts';
import { change, type Instance, type State, type StateReason } from '../state/model.ts';
import type { WorkQueue } from './work-queue.ts';

export interface InstanceLifeOptions {
  readonly state: State;
  readonly machines: Machines;
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether its security groups let out nothing that the instance begins. @throws where that can't be known */
  readonly isSilent: (instance: Instance) => Promise<boolean>;
  /** Called when an instance no longer needs the image that it was launched from. */
  readonly released: () => void;
}

const USER_SHUTDOWN: StateReason = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};

const SELF_SHUTDOWN: StateReason = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
};

export class InstanceLife {
  readonly #options: InstanceLifeOptions;

  constructor(options: InstanceLifeOptions) {
    this.#options = options;
  }

  reserve(instanceId: string): Promise<Pick<Machine, 'bridgeAddress' | 'address'>> {
    return this.#options.machines.reserve(instanceId);
  }

  /** Removes a container, or gives back what was reserved for one. */
  async discard(instanceId: string): Promise<void> {
    await this.#attempt(instanceId, 'terminate', (m) => m.terminate(instanceId));
  }

  /** Starts a pending instance; with `failure`, it ends terminated for that reason. */
  launch(instanceId: string, disk: string, failure: string | undefined): void {
    this.#work(instanceId, async () => {
      if (!this.#has(instanceId, 'pending')) return;
      const error =
        failure ??
        (await this.#attempt(instanceId, 'launch', async (m) => {
          await this.#confine(instanceId, m);
          await m.launch(instanceId, disk);
        }));
      if (error === undefined) this.#set(instanceId, 'pending', { state: 'running' });
      else await this.#abandon(instanceId, error);
    });
  }

  /** Gives a launch up: the container, if there is one, goes. */
  async #abandon(instanceId: string, error: string): Promise<void> {
    await this.discard(instanceId);
    const message = `Server.InternalError: Internal error on launch: ${error}`;
    this.#bury(instanceId, 'Server.InternalError', { code: 'Server.InternalError', message });
  }

  stop(instanceId: string): void {
    this.#set(instanceId, 'running', {
      state: 'stopping',
      stateReason: USER_SHUTDOWN,
      transitionReason: this.#byUser(),
    });
    this.#work(instanceId, async () => {
      if (!this.#has(instanceId, 'stopping')) return;
      const error = await this.#attempt(instanceId, 'stop', (m) => m.stop(instanceId));
      this.#set(instanceId, 'stopping', { state: error === undefined ? 'stopped' : 'running' });
    });
  }

  start(instanceId: string): void {
    this.#set(instanceId, 'stopped', {
      state: 'pending',
      stateReason: undefined,
      transitionReason: '',
      launchTime: this.#options.now(),
    });
    this.#work(instanceId, async () => {
      if (!this.#has(instanceId, 'pending')) return;
      const error = await this.#attempt(instanceId, 'start', async (m) => {
        await this.#confine(instanceId, m);
        await m.start(instanceId);
      });
      if (error === undefined) this.#set(instanceId, 'pending', { state: 'running' });
      else this.#set(instanceId, 'pending', { state: 'stopped', stateReason: internalError(error) });
    });
  }

  /** Stays `running`, as on AWS. */
  reboot(instanceId: string): void {
    this.#work(instanceId, async () => {
      if (!this.#has(instanceId, 'running')) return;
      const stopped = await this.#attempt(instanceId, 'stop', (m) => m.stop(instanceId));
      if (stopped !== undefined) return;
      const error = await this.#attempt(instanceId, 'start', (m) => m.start(instanceId));
      if (error !== undefined) {
        this.#set(instanceId, 'running', { state: 'stopped', stateReason: internalError(error) });
      }
    });
  }

  terminate(instanceId: string): void {
    this.#terminate(instanceId, USER_SHUTDOWN);
  }

  /** Security groups, or their rules, have changed: in force for a running instance when this ends. */
  async confine(instanceId: string): Promise<void> {
    if (!this.#has(instanceId, 'running')) return;
    await this.#attempt(instanceId, 'confine', (m) => this.#confine(instanceId, m));
  }

  async #confine(instanceId: string, machines: Machines): Promise<void> {
    const instance = this.#options.state.instances.get(instanceId);
    if (instance !== undefined) await machines.silence(instanceId, await this.#options.isSilent(instance));
  }

  /** Hears that a container has ended: who powers off inside, stops or terminates the instance. */
  ended(instanceId: string): void {
    const instance = this.#options.state.instances.get(instanceId);
    if (instance?.state !== 'running' || this.#options.queue.isBusy(instanceId)) return;
    if (instance.shutdownBehavior === 'terminate') this.#terminate(instanceId, SELF_SHUTDOWN);
    else this.#set(instanceId, 'running', { state: 'stopped', stateReason: SELF_SHUTDOWN });
  }

  #terminate(instanceId: string, reason: StateReason): void {
    const instance = this.#options.state.instances.get(instanceId);
    if (instance === undefined || instance.state === 'terminated' || instance.state === 'shutting-down')
      return;
    const transitionReason = reason === USER_SHUTDOWN ? this.#byUser() : '';
    change(this.#options.state.instances, instanceId, {
      state: 'shutting-down',
      stateReason: reason,
      transitionReason,
    });
    this.#work(instanceId, async () => {
      await this.discard(instanceId);
      this.#bury(instanceId, transitionReason, reason);
    });
  }

  /** What is left of a terminated instance: its description, and the volumes that outlive it. */
  #bury(instanceId: string, transitionReason: string, stateReason: StateReason): void {
    const { state, now, released } = this.#options;
    const changes: Partial<Instance> = { state: 'terminated', terminatedAt: now(), stateReason };
    change(state.instances, instanceId, { ...changes, transitionReason });
    for (const volume of state.volumes.values()) {
      if (volume.instanceId !== instanceId) continue;
      if (volume.device.deleteOnTermination) state.volumes.delete(volume.id);
      else change(state.volumes, volume.id, { instanceId: undefined });
    }
    for (const { id, instanceId: owner } of state.networkInterfaces.values()) {
      if (owner === instanceId) state.networkInterfaces.delete(id);
    }
    released();
  }

  #work(instanceId: string, work: () => Promise<void>): void {
    this.#options.queue.add(instanceId, work);
  }

  /** Returns what went wrong; undefined where nothing did. */
  async #attempt(
    instanceId: string,
    what: string,
    act: (machines: Machines) => Promise<unknown>,
  ): Promise<string | undefined> {
    try {
      await act(this.#options.machines);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#options.log(`${what} of ${instanceId} failed: ${message.replaceAll('\n', ' ')}`);
      return message;
    }
  }

  #has(instanceId: string, state: Instance['state']): boolean {
    return this.#options.state.instances.get(instanceId)?.state === state;
  }

  /** Changes the instance if it still is in the state from which the change makes sense. */
  #set(instanceId: string, from: Instance['state'], changes: Partial<Instance>): void {
    if (this.#has(instanceId, from)) change(this.#options.state.instances, instanceId, changes);
  }

  #byUser(): string {
    return `User initiated (${this.#options.now().toISOString().replace('T', ' ').slice(0, 19)} GMT)`;
  }
}

function internalError(error: string): StateReason {
  return { code: 'Server.InternalError', message: `Server.InternalError: ${error}` };
}
