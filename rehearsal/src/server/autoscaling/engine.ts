/**
 * The life of the rehearsal's groups: the refresh model decides, containers follow. What happens to an
 * instance is seen by looking, some times a second, and so is the passing of time, so that a clock that is
 * moved on moves refreshes on.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { AlarmState } from '../../../../src/rollout/model.ts';
import { advance } from '../../../../src/rollout/refresh/advance.ts';
import { nextDeadline } from '../../../../src/rollout/refresh/deadline.ts';
import { activeRefresh } from '../../../../src/rollout/refresh/members.ts';
import type { Action, Event, Member } from '../../../../src/rollout/refresh/state.ts';
import { AwsError } from '../aws-error.ts';
import type { Log } from '../calls.ts';
import type { World } from '../ec2/action.ts';
import { began, ended, type HealthCheck } from './activities.ts';
import { alarmStates } from './alarms.ts';
import { GroupClock } from './clock.ts';
import { resolved } from './configuration.ts';
import { launchInstance } from './launch.ts';
import type { Group } from './model.ts';
import { isGivenUp } from './target-health.ts';

const LOOKS_MILLISECONDS = 200;

export class AutoScaling {
  /** By `keyOf` of the model. */
  readonly groups = new Map<string, Group>();
  readonly clock: GroupClock;
  readonly #log: Log;

  constructor(log: Log, now: () => Date) {
    this.#log = log;
    this.clock = new GroupClock(now);
  }

  /** Looks after the groups until `signal` is aborted. */
  async watch(world: World, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(LOOKS_MILLISECONDS, undefined, { signal, ref: false }).catch(() => undefined);
      await this.look(world);
    }
  }

  /** Looks once at every group: what has happened to its instances, and what time has brought. */
  async look(world: World): Promise<void> {
    for (const key of this.groups.keys()) {
      await this.#look(world, key).catch((error: unknown) =>
        this.#log(`bug: group ${key}: ${describe(error)}`),
      );
    }
  }

  /** Tells the model what has happened, and does what it says. @throws AwsError where it refuses */
  tell(world: World, key: string, event: Event): void {
    const group = this.groups.get(key);
    if (group === undefined) return;
    const nowSeconds = Math.max(group.toldAtSeconds, this.clock.nowSeconds());
    const { state, actions, refusal } = advance(group.machine, event, nowSeconds, nameOf);
    if (refusal !== undefined) throw new AwsError(refusal.code, refusal.message);
    const last = group.machine.refresh;
    const history =
      last !== undefined && state.refresh?.id !== last.id ? [last, ...group.history] : group.history;
    this.change(key, { machine: state, toldAtSeconds: nowSeconds, history });
    for (const action of actions) this.#act(world, key, action);
  }

  change(key: string, changes: Partial<Group>): void {
    const group = this.groups.get(key);
    if (group !== undefined) this.groups.set(key, { ...group, ...changes });
  }

  #act(world: World, key: string, action: Action): void {
    if (action.kind === 'launch') {
      this.#launch(world, key, action).catch((error: unknown) =>
        this.#log(`bug: launch of ${key}: ${describe(error)}`),
      );
    }
    if (action.kind === 'terminate') this.#terminate(world, key, action);
  }

  async #launch(world: World, key: string, action: Extract<Action, { kind: 'launch' }>): Promise<void> {
    const { instance: name, configuration } = action;
    const group = this.groups.get(key);
    if (group === undefined) return;
    this.change(key, began(group, this.clock.now(), name, { description: 'Launching a new EC2 instance' }));
    try {
      const launched = await launchInstance(
        world,
        group,
        configuration,
        Number(name.slice('launch-'.length)),
      );
      const { launchTemplate, instanceType } = resolved(world, group.region, configuration);
      const now = this.groups.get(key);
      if (now === undefined || now.doomed.has(name)) {
        world.instanceLife.terminate(launched.instanceId);
      }
      if (now === undefined) return;
      this.change(key, { launched: new Map([...now.launched, [name, launched]]) });
      this.tell(world, key, { kind: 'launched', instance: name, launchTemplate, instanceType });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#failed(world, key, name, error.message);
    }
  }

  #failed(world: World, key: string, name: string, reason: string): void {
    const group = this.groups.get(key);
    if (group === undefined) return;
    const message = `${reason} Launching EC2 instance failed.`;
    this.change(key, ended(group, this.clock.now(), name, 'Failed', message));
    this.tell(world, key, { kind: 'launch failed', instance: name });
  }

  #terminate(world: World, key: string, action: Extract<Action, { kind: 'terminate' }>): void {
    const { instance: name, cause } = action;
    const group = this.groups.get(key);
    if (group === undefined) return;
    const launched = group.launched.get(name);
    if (launched === undefined) this.change(key, { doomed: new Set([...group.doomed, name]) });
    else world.instanceLife.terminate(launched.instanceId);
    const description = `Terminating EC2 instance: ${launched?.instanceId ?? 'one that is being launched'}`;
    const failed = cause === 'unhealthy' ? checkOf(group, name) : undefined;
    this.change(key, began(group, this.clock.now(), `end ${name}`, { description, failed }));
  }

  async #look(world: World, key: string): Promise<void> {
    const group = this.groups.get(key);
    if (group === undefined) return;
    await this.#lookAtAlarms(world, key, group);
    for (const member of group.machine.members) this.#lookAt(world, key, member);
    const { machine, toldAtSeconds } = this.groups.get(key) ?? group;
    const deadline = nextDeadline(machine, toldAtSeconds);
    if (deadline !== undefined && deadline <= this.clock.nowSeconds()) {
      this.tell(world, key, { kind: 'tick' });
    }
  }

  #lookAt(world: World, key: string, member: Member): void {
    const { id: name, state, health } = member;
    const group = this.groups.get(key);
    const launched = group?.launched.get(name);
    if (group === undefined || launched === undefined) return;
    const instance = world.state.instances.get(launched.instanceId);
    switch (instance?.state) {
      case 'running':
        if (state === 'Pending') this.#inService(world, key, name);
        else if (isGivenUp(group, member, this.clock.nowSeconds())) this.#sicken(world, key, name);
        return;
      case 'stopping':
      case 'stopped':
        if (health === 'Healthy') this.#sicken(world, key, name);
        return;
      case 'terminated':
        this.#gone(world, key, name, state, instance.stateReason?.message ?? '');
    }
  }

  #inService(world: World, key: string, name: string): void {
    const group = this.groups.get(key);
    if (group === undefined) return;
    this.change(key, ended(group, this.clock.now(), name, 'Successful', ''));
    this.tell(world, key, { kind: 'in service', instance: name });
    this.#fallSickInTargets(world, key, name);
    if (world.faults.take('autoscaling:HealthCheck', 'fail') !== undefined) this.#sicken(world, key, name);
  }

  /** A load balancer finds something wrong with it, and the group may never hear of that. */
  #fallSickInTargets(world: World, key: string, name: string): void {
    const group = this.groups.get(key);
    if (group === undefined || group.targetGroups.length === 0) return;
    const fault = world.faults.take('elasticloadbalancing:HealthCheck', 'fail');
    if (fault === undefined) return;
    const found = { sinceSeconds: this.clock.nowSeconds(), reason: fault.reason };
    this.change(key, { sick: new Map([...group.sick, [name, found]]) });
  }

  #sicken(world: World, key: string, name: string): void {
    this.tell(world, key, { kind: 'health', instance: name, health: 'Unhealthy' });
  }

  #gone(world: World, key: string, name: string, state: Member['state'], reason: string): void {
    if (state === 'Pending') {
      this.#failed(world, key, name, reason);
      return;
    }
    const group = this.groups.get(key);
    if (group !== undefined)
      this.change(key, ended(group, this.clock.now(), `end ${name}`, 'Successful', ''));
    this.tell(world, key, { kind: 'terminated', instance: name });
  }

  /** Those of an active refresh, as CloudWatch has them now. */
  async #lookAtAlarms(world: World, key: string, group: Group): Promise<void> {
    const names = activeRefresh(group.machine)?.preferences.alarms ?? [];
    if (names.length === 0) return;
    await this.tellAlarms(world, key, names);
  }

  async tellAlarms(world: World, key: string, names: readonly string[]): Promise<void> {
    const group = this.groups.get(key);
    if (group === undefined) return;
    const states: ReadonlyMap<string, AlarmState> = await alarmStates(world.moto, group.region, names);
    for (const [name, state] of states) {
      if (this.groups.get(key)?.machine.alarms[name] !== state) {
        this.tell(world, key, { kind: 'alarm', name, state });
      }
    }
  }
}

function checkOf({ sick }: Group, name: string): HealthCheck {
  return sick.has(name) ? 'ELB system health check failure' : 'EC2 health check';
}

function nameOf(sequence: number): string {
  return `launch-${sequence}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).replaceAll('\n', ' | ') : String(error);
}
