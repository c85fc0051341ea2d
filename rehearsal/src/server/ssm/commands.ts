/** Commands on their way: to so many instances at a time, until too many have failed or somebody cancels. */

import type { Machines } from '../../model.ts';
import type { Log } from '../calls.ts';
import type { MotoClient } from '../moto-client.ts';
import type { State } from '../state/model.ts';
import { Agents } from './agents.ts';
import type { Step } from './document.ts';
import { concurrencyOf, errorsOf } from './limits.ts';
import {
  CANCELLED,
  type Command,
  FAILED,
  hasEnded,
  IN_PROGRESS,
  type Invocation,
  OUT_OF_TIME,
  type Standing,
  type StepResult,
  SUCCESS,
  TERMINATED,
  UNDELIVERED,
} from './model.ts';
import { type Outcome, runStep } from './steps.ts';

export interface CommandsOptions {
  readonly state: State;
  readonly machines: Machines;
  readonly moto: MotoClient;
  readonly log: Log;
  readonly now: () => Date;
}

export class Commands {
  readonly agents = new Agents();
  readonly #options: CommandsOptions;
  readonly #commands = new Map<string, Command>();
  /** Of what runs, by command and instance. */
  readonly #running = new Map<string, AbortController>();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** In a region, newest first. */
  list(region: string): readonly Command[] {
    return [...this.#commands.values()].filter((command) => command.region === region).reverse();
  }

  get(region: string, id: string): Command | undefined {
    const command = this.#commands.get(id);
    return command?.region === region ? command : undefined;
  }

  /** Sends it on its way; nobody waits for it. */
  start(command: Command, steps: readonly Step[]): void {
    this.#commands.set(command.id, command);
    this.#run(command, steps).catch((error: unknown) => {
      this.#options.log(
        `bug: command ${command.id}: ${error instanceof Error ? error.stack : String(error)}`,
      );
    });
  }

  /** What has not begun never does; what runs is ended. */
  cancel(id: string, instanceIds: readonly string[]): void {
    const command = this.#commands.get(id);
    if (command === undefined) return;
    for (const { instanceId, standing } of command.invocations.values()) {
      if (instanceIds.length > 0 && !instanceIds.includes(instanceId)) continue;
      if (standing.status === 'Pending') this.#change(id, instanceId, { standing: CANCELLED });
      else this.#running.get(`${id}/${instanceId}`)?.abort();
    }
  }

  async #run(command: Command, steps: readonly Step[]): Promise<void> {
    const { instanceIds, id } = command;
    const atOnce = concurrencyOf(command.maxConcurrency, instanceIds.length);
    const allowed = errorsOf(command.maxErrors, instanceIds.length);
    const waiting = [...instanceIds];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (this.#errors(id) > allowed) this.#change(id, next, { standing: TERMINATED });
        else await this.#invoke(command, next, steps);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  #errors(id: string): number {
    const invocations = [...(this.#commands.get(id)?.invocations.values() ?? [])];
    return invocations.filter(
      ({ standing }) => standing.status === 'Failed' || standing.status === 'TimedOut',
    ).length;
  }

  async #invoke(command: Command, instanceId: string, steps: readonly Step[]): Promise<void> {
    if (this.#isOver(command.id, instanceId)) return;
    if (!(await this.#delivered(command, instanceId))) return;
    this.#change(command.id, instanceId, { standing: IN_PROGRESS });
    const running = new AbortController();
    this.#running.set(`${command.id}/${instanceId}`, running);
    const results: StepResult[] = [];
    let standing: Standing = SUCCESS;
    for (const step of steps) {
      const result = await this.#step(command, instanceId, step, running.signal);
      results.push(result);
      const failed = result.standing !== SUCCESS;
      if (failed && standing === SUCCESS) standing = result.standing;
      this.#change(command.id, instanceId, { steps: [...results] });
      if (failed && (step.inputs.onFailure !== undefined || result.standing === CANCELLED)) break;
    }
    this.#running.delete(`${command.id}/${instanceId}`);
    this.#change(command.id, instanceId, { standing });
  }

  /** Waits for an agent that SSM has lost; false where it doesn't come back in time. */
  async #delivered({ id, requestedAt, deliverySeconds }: Command, instanceId: string): Promise<boolean> {
    const { state, now } = this.#options;
    const until = requestedAt.getTime() + deliverySeconds * 1000;
    for (;;) {
      const instance = state.instances.get(instanceId);
      if (this.#isOver(id, instanceId)) return false;
      if (instance !== undefined && this.agents.stateOf(instance) === 'online') return true;
      if (now().getTime() >= until) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.#change(id, instanceId, { standing: UNDELIVERED });
    return false;
  }

  async #step(command: Command, instanceId: string, step: Step, signal: AbortSignal): Promise<StepResult> {
    const { machines, moto, now } = this.#options;
    const { id, region } = command;
    const startedAt = now();
    const place = {
      ...{ machines, instanceId, commandId: id, region, signal },
      object: (bucket: string, key: string) => moto.readObject(region, bucket, key),
    };
    const outcome = await runStep(place, step).catch(
      (error: unknown): Outcome => ({
        ...{ exitCode: undefined, stdout: '', ended: 'by-itself' },
        stderr: error instanceof Error ? error.message : String(error),
      }),
    );
    return {
      name: step.name,
      action: step.action,
      standing: standingOf(outcome),
      responseCode: outcome.exitCode ?? -1,
      stdout: outcome.stdout,
      stderr: outcome.stderr,
      startedAt,
      endedAt: now(),
      output: await this.#store(command, instanceId, step, outcome),
    };
  }

  async #store(command: Command, instanceId: string, { action, name }: Step, outcome: Outcome) {
    if (command.output === undefined) return undefined;
    const { bucket, prefix: start } = command.output;
    const parts = [command.id, instanceId, action.replaceAll(':', ''), name];
    const prefix = [...(start === '' ? [] : [start]), ...parts].join('/');
    for (const stream of ['stdout', 'stderr'] as const) {
      const content = Buffer.from(outcome[stream]);
      if (content.length === 0) continue;
      await this.#options.moto.writeObject(command.region, { bucket, key: `${prefix}/${stream}` }, content);
    }
    return { bucket, prefix };
  }

  #isOver(id: string, instanceId: string): boolean {
    const invocation = this.#commands.get(id)?.invocations.get(instanceId);
    return invocation === undefined || hasEnded(invocation.standing);
  }

  #change(id: string, instanceId: string, changes: Partial<Invocation>): void {
    const command = this.#commands.get(id);
    const invocation = command?.invocations.get(instanceId);
    if (command === undefined || invocation === undefined) return;
    const invocations = new Map(command.invocations).set(instanceId, { ...invocation, ...changes });
    this.#commands.set(id, { ...command, invocations });
  }
}

function standingOf({ ended, exitCode }: Outcome): Standing {
  if (ended === 'cancelled') return CANCELLED;
  if (ended === 'out-of-time') return OUT_OF_TIME;
  return exitCode === 0 ? SUCCESS : FAILED;
}
