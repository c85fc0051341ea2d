/**
 * An SSM behind the real client of the AWS SDK: five hundred instances that are only simulated, some of which are not
 * reached, or whose push fails; and three of ten calls are refused, because AWS limits the rate. The clock is the test's.
 */

import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openCommands } from '../../../src/world/ssm-commands.ts';
import type { Commands } from '../../../src/world/ssm-model.ts';

export const COUNT = 500;
/** How long an instance works on a push. */
export const SECONDS = 40;
/** What a command may have at most. */
const INSTANCES_A_CALL = 50;

interface Simulated {
  version: 'old' | 'between' | 'new';
  fate: 'well' | 'unhealthy' | 'unreachable';
}

/** 3 % and 2 %, spread over all. */
function fateOf(n: number): Simulated['fate'] {
  if (n % 33 === 7) return 'unreachable';
  return n % 50 === 13 ? 'unhealthy' : 'well';
}

interface Input {
  readonly Filters?: ReadonlyArray<{ readonly Values: readonly string[] }>;
  readonly InstanceIds?: readonly string[];
  readonly CommandId?: string;
}

export class SimulatedSsm {
  /** Seconds. */
  now = 0;
  /** How many instances were at work at the same time. */
  most = 0;
  calls = 0;
  refused = 0;
  readonly instances = new Map<string, Simulated>();
  readonly commands: Commands;
  readonly #sent: Array<{ readonly ids: readonly string[]; readonly at: number }> = [];
  #chance = 1;

  constructor() {
    for (let n = 0; n < COUNT; n++) this.instances.set(`i-${n}`, { version: 'old', fate: fateOf(n) });
    this.commands = openCommands({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      requestHandler: { handle: async (request: Request) => ({ response: this.#answer(request) }) },
    });
  }

  /** From now on every instance is reached, and works. */
  mend(): void {
    for (const one of this.instances.values()) one.fate = 'well';
  }

  readonly sleep = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

  /** Lets time pass until the work is done: that of the SDK between two attempts, too. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let isOver = false;
      const end = () => {
        isOver = true;
      };
      const working = work();
      working.then(end, end);
      while (!isOver) {
        for (let n = 0; n < 10; n++) await turn();
        mock.timers.tick(100);
        this.now += 0.1;
      }
      return await working;
    } finally {
      mock.timers.reset();
    }
  }

  #answer({ headers, body }: Request) {
    const operation = headers['x-amz-target']?.split('.')[1] ?? '';
    this.calls += 1;
    const said = this.#isRefused()
      ? { status: 400, content: { __type: 'ThrottlingException', message: 'Rate exceeded' } }
      : { status: 200, content: this.#do(operation, JSON.parse(new TextDecoder().decode(body))) };
    return {
      statusCode: said.status,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(JSON.stringify(said.content)),
    };
  }

  /** As if by chance, and the same each time. */
  #isRefused(): boolean {
    this.#chance = (this.#chance * 48_271) % 2_147_483_647;
    const isRefused = this.#chance % 10 < 3;
    if (isRefused) this.refused += 1;
    return isRefused;
  }

  #do(operation: string, input: Input): object {
    switch (operation) {
      case 'DescribeInstanceInformation':
        return { InstanceInformationList: this.#online(input.Filters?.[0]?.Values ?? []) };
      case 'SendCommand':
        return { Command: { CommandId: this.#send(input.InstanceIds ?? []) } };
      case 'ListCommandInvocations':
        return { CommandInvocations: this.#look(Number(input.CommandId)) };
      default:
        return assert.fail(`nobody should call ${operation}: what is listed whole is not asked for again`);
    }
  }

  #online(ids: readonly string[]) {
    return ids
      .filter((id) => this.instances.get(id)?.fate !== 'unreachable')
      .map((id) => ({ InstanceId: id, PingStatus: 'Online' }));
  }

  #send(ids: readonly string[]): string {
    assert.ok(ids.length <= INSTANCES_A_CALL);
    const running = this.#sent.filter(({ at }) => at + SECONDS > this.now);
    this.most = Math.max(
      this.most,
      running.reduce((sum, one) => sum + one.ids.length, ids.length),
    );
    return String(this.#sent.push({ ids, at: this.now }) - 1);
  }

  #look(command: number) {
    const { ids, at } = this.#sent[command] ?? assert.fail('there is no such command');
    return ids.map((InstanceId) => ({ InstanceId, ...this.#standing(InstanceId, this.now >= at + SECONDS) }));
  }

  #standing(id: string, isOver: boolean) {
    const one = this.instances.get(id) ?? assert.fail(`there is no ${id}`);
    if (!isOver) {
      one.version = 'between';
      return { Status: 'InProgress', StatusDetails: 'InProgress' };
    }
    const failed = one.fate === 'unhealthy';
    one.version = failed ? 'old' : 'new';
    const Output = JSON.stringify({ version: 1, result: failed ? 'rolled-back' : 'updated' });
    const status = failed ? 'Failed' : 'Success';
    return {
      ...{ Status: status, StatusDetails: status },
      CommandPlugins: [{ Name: 'apply', ResponseCode: failed ? 3 : 0, Output }],
    };
  }
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
