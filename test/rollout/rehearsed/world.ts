/**
 * Rollouts on the rehearsal's own Auto Scaling, by its own wire format and with bake's own door, in one process
 * and on a clock that only tests move. A client can be killed at any of its calls.
 */

import { Readable } from 'node:stream';
import { answerAutoScaling } from '../../../rehearsal/src/server/autoscaling/actions.ts';
import { AutoScaling } from '../../../rehearsal/src/server/autoscaling/engine.ts';
import { keyOf } from '../../../rehearsal/src/server/autoscaling/model.ts';
import { describeTargetHealth } from '../../../rehearsal/src/server/autoscaling/targets.ts';
import { Templates } from '../../../rehearsal/src/server/autoscaling/templates.ts';
import type { WorldOfGroups } from '../../../rehearsal/src/server/autoscaling/world.ts';
import { AwsError } from '../../../rehearsal/src/server/aws-error.ts';
import { answerEc2 } from '../../../rehearsal/src/server/ec2/actions.ts';
import { Faults, parseFaults } from '../../../rehearsal/src/server/faults.ts';
import { ImageLife } from '../../../rehearsal/src/server/life/image-life.ts';
import { InstanceLife } from '../../../rehearsal/src/server/life/instance-life.ts';
import { WorkQueue } from '../../../rehearsal/src/server/life/work-queue.ts';
import { imageOf } from '../../../rehearsal/src/server/source-images.ts';
import { Commands } from '../../../rehearsal/src/server/ssm/commands.ts';
import { emptyState } from '../../../rehearsal/src/server/state/model.ts';
import { encodeEc2 } from '../../../rehearsal/src/server/wire/ec2-answer.ts';
import { encodeError } from '../../../rehearsal/src/server/wire/errors.ts';
import { Params } from '../../../rehearsal/src/server/wire/params.ts';
import { encodeQuery } from '../../../rehearsal/src/server/wire/query-answer.ts';
import { openRollouts } from '../../../src/world/rollouts/door.ts';
import type { Rollouts } from '../../../src/world/rollouts/model.ts';
import { Clock, TimedMachines } from './machines.ts';
import { ImaginedMoto } from './moto.ts';

export const REGION = 'eu-west-1';
export const OLD_IMAGE = 'ami-0aaaaaaaaaaaaaaaa';
export const NEW_IMAGE = 'ami-0bbbbbbbbbbbbbbbb';

/** A step of the clock: as long as bake waits between two looks. */
const STEP_SECONDS = 5;

export interface Client {
  readonly rollouts: Rollouts;
  readonly calls: readonly string[];
  /** Resolves when it is killed; what it does then never ends. */
  readonly killed: Promise<'killed'>;
}

export class Rehearsed {
  readonly clock = new Clock();
  readonly moto = new ImaginedMoto();
  readonly world: WorldOfGroups;
  readonly #log: string[] = [];

  constructor() {
    const now = () => this.clock.now();
    const log = (line: string) => this.#log.push(line);
    const state = emptyState();
    for (const [imageId, day] of [
      [OLD_IMAGE, '01'],
      [NEW_IMAGE, '02'],
    ] as const) {
      const name = `debian-12-amd64-202611${day}-1`;
      const of = { distribution: 'debian-12', ssmParameter: '', ownerId: '1' } as const;
      state.images.set(imageId, imageOf({ ...of, imageId, name, architecture: 'x86_64' }));
    }
    const machines = new TimedMachines(this.clock);
    const queue = new WorkQueue();
    const { signal } = new AbortController();
    const imageLife = new ImageLife({ state, machines, queue, log, pendingMilliseconds: 0, signal });
    const released = () => undefined;
    this.world = {
      accountId: '111122223333',
      state,
      imageLife,
      instanceLife: new InstanceLife({
        ...{ state, machines, queue, log, now, released },
        isSilent: async () => false,
      }),
      moto: this.moto,
      faults: new Faults(),
      now,
      launches: new Map(),
      templates: new Templates(),
      autoScaling: new AutoScaling(log, now),
      commands: new Commands({ state, machines, moto: this.moto, log, now }),
    };
  }

  /** A group on version 1 of the template, in service. */
  async group(name: string, size: number, version = '1'): Promise<void> {
    if (this.moto.versions.length === 0) {
      const data = { ImageId: OLD_IMAGE, InstanceType: 't3.micro' };
      const named = Object.entries(data).map(([key, value]) => [`LaunchTemplateData.${key}`, value] as const);
      await this.#ec2('CreateLaunchTemplate', { LaunchTemplateName: 'web', ...Object.fromEntries(named) });
    }
    await this.scaling('CreateAutoScalingGroup', {
      AutoScalingGroupName: name,
      MinSize: '0',
      MaxSize: '400',
      DesiredCapacity: String(size),
      DefaultInstanceWarmup: '20',
      'AvailabilityZones.member.1': `${REGION}a`,
      'LaunchTemplate.LaunchTemplateName': 'web',
      'LaunchTemplate.Version': version,
    });
    await this.pass(120);
  }

  async scaling(operation: string, params: Readonly<Record<string, string>>) {
    const call = { region: REGION, params: new Params(new Map(Object.entries(params))) };
    return await answerAutoScaling(this.world, operation, call);
  }

  async #ec2(operation: string, params: Readonly<Record<string, string>>) {
    const call = { region: REGION, params: new Params(new Map(Object.entries(params))) };
    return await answerEc2(this.world, operation, call);
  }

  faults(...faults: readonly object[]): void {
    this.world.faults.replace(parseFaults(JSON.stringify(faults)));
  }

  /** Time passes. Each step is long enough for what is under way to be seen. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= STEP_SECONDS) {
      this.clock.move(STEP_SECONDS);
      await turn();
      await this.world.autoScaling.look(this.world);
      await turn();
    }
  }

  machineOf(name: string) {
    const group = this.world.autoScaling.groups.get(keyOf(REGION, name));
    if (group === undefined) throw new Error(`there is no group ${name}`);
    return group;
  }

  /** Versions of the instances of a group. */
  versionsOf(name: string): string[] {
    return this.machineOf(name).machine.members.map(
      ({ state, launchTemplate }) => `${launchTemplate?.version}${state === 'InService' ? '' : ` ${state}`}`,
    );
  }

  /** Running instances that no group knows of, and bugs. */
  orphans(): string[] {
    const known = new Set(
      [...this.world.autoScaling.groups.values()].flatMap(({ machine, launched }) =>
        machine.members.flatMap(({ id }) => launched.get(id)?.instanceId ?? []),
      ),
    );
    const running = [...this.world.state.instances.values()].filter(({ state }) => state !== 'terminated');
    return [
      ...running.filter(({ id }) => !known.has(id)).map(({ id }) => id),
      ...this.#log.filter((line) => line.startsWith('bug')),
    ];
  }

  /** A bake of its own. It is killed when AWS has done what that call says: no answer comes, then or later. */
  client(lastCall = Number.POSITIVE_INFINITY): Client {
    const calls: string[] = [];
    let die = (_: 'killed') => {};
    const killed = new Promise<'killed'>((resolve) => {
      die = resolve;
    });
    const never = () => new Promise<never>(() => {});
    const handle = async (request: { headers: Record<string, string>; body?: unknown }) => {
      if (calls.length >= lastCall) return never();
      const body = textOf(request.body);
      const params = Params.fromForm(body);
      const operation = params.text('Action') ?? request.headers['x-amz-target']?.split('.')[1] ?? '';
      calls.push(operation);
      const service = serviceOf(request.headers);
      const response =
        service === 'monitoring'
          ? this.#answerAlarms(operation, JSON.parse(body))
          : await this.#answer(operation, service, params);
      if (calls.length < lastCall) return { response };
      die('killed');
      return never();
    };
    const rollouts = openRollouts({
      region: REGION,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'a secret of this test' },
      requestHandler: { handle } as never,
    });
    return { rollouts, calls, killed };
  }

  /** An alarm is evaluated a minute after it was made. */
  #answerAlarms(operation: string, { AlarmName = '' }: { readonly AlarmName?: string }) {
    const { alarms } = this.moto;
    if (operation === 'PutMetricAlarm') {
      alarms.set(AlarmName, 'INSUFFICIENT_DATA');
      this.clock.wait(60).then(() => alarms.set(AlarmName, 'OK'));
    }
    if (operation === 'DeleteAlarms') alarms.clear();
    const MetricAlarms = [...alarms].map(([name, StateValue]) => ({ AlarmName: name, StateValue }));
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return encoded({ status: 200, headers, body: JSON.stringify({ MetricAlarms }) });
  }

  async #answer(operation: string, service: string, params: Params) {
    try {
      const fault = this.world.faults.take(`${service}:${operation}`, 'refuse');
      if (fault !== undefined) throw new AwsError(fault.code, fault.message, fault.status);
      const call = { region: REGION, params };
      if (service === 'autoscaling') {
        const own = await answerAutoScaling(this.world, operation, call);
        return encoded(encodeQuery('http://autoscaling.amazonaws.com/doc/2011-01-01/', operation, own ?? {}));
      }
      if (service === 'elasticloadbalancing') {
        const own = describeTargetHealth(this.world, call) ?? {};
        const namespace = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';
        return encoded(encodeQuery(namespace, operation, own));
      }
      const own = (await answerEc2(this.world, operation, call)) ?? this.moto.answer(operation, {});
      return encoded(encodeEc2(operation, own));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return encoded(encodeError(service === 'ec2' ? 'ec2' : 'query', error));
    }
  }
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
}

function serviceOf(headers: Record<string, string>): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}

function encoded(answer: { readonly status: number; readonly headers: object; readonly body: unknown }) {
  const body = Readable.from([Buffer.from(String(answer.body))]);
  return { statusCode: answer.status, headers: answer.headers, body };
}

/** Everything that does not wait for the clock comes through. */
async function turn(): Promise<void> {
  for (let count = 0; count < 4; count++) await new Promise((resolve) => setImmediate(resolve));
}
