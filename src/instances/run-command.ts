/**
 * Sends a command to any number of instances, waits, and collects what it has come to on each:
 *
 *     const outcomes = await runCommand(doors, {
 *       instanceIds, document: { name: 'bake-look', sha256 }, parameters: { What: ['state'] }, step: 'look',
 *     });
 *     for (const { instanceId, kind, stdout } of outcomes.values()) …
 */

import pMap from 'p-map';
import type { Instances, KnownInstance } from '../world/instances.ts';
import type { ObjectAddress } from '../world/s3.ts';
import type { CommandRequest, Commands, Invocation, ManagedInstance } from '../world/ssm-model.ts';

export interface CommandDoors {
  readonly commands: Commands;
  /** Says more of an instance that SSM does not reach. */
  readonly instances?: Pick<Instances, 'describe'>;
  /** Waits; ends early, without an error, when the command is interrupted. */
  readonly sleep: (seconds: number) => Promise<void>;
  readonly isInterrupted: () => boolean;
}

export interface WantedCommand extends CommandRequest {
  /** The step of the document whose output is wanted. */
  readonly step: string;
  /** Called with those that a command was sent to, before anything is known of them. */
  readonly onSent?: (instanceIds: readonly string[]) => void;
  /** Called with each instance as soon as it is done; a few may be told at once. */
  readonly onOutcome?: (outcome: CommandOutcome) => void;
}

export interface CommandOutcome {
  readonly instanceId: string;
  /** `unreachable`: SSM doesn't know it, has lost it, or it did not fetch the command in time. */
  readonly kind: 'done' | 'failed' | 'unreachable' | 'cancelled';
  /** One sentence: why not. Empty where it is done. */
  readonly problem: string;
  /** At most 24,000 characters, both. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  /** The step that the command ended with. */
  readonly endedWith: string | undefined;
  /** Where all of stdout is, of a command with `outputTo`. */
  readonly stdoutAt: ObjectAddress | undefined;
}

const INSTANCES_A_COMMAND = 50;
/** Each is asked for once in a few seconds; SSM's limit is 40 calls a second for an account. */
const COMMANDS_AT_ONCE = 10;
const LOOK_SECONDS = 1;
/** A long command is asked for less often. */
const SLOWEST_LOOK_SECONDS = 3;
/** After so long EC2 is asked whether those that have not ended are still there: SSM itself would wait for an hour. */
const GONE_SECONDS = 30;

const INTERRUPTED = 'interrupted: SSM was told to cancel it, and what had begun there may go on for a moment';

/**
 * By instance. What was sent is cancelled when the command line is interrupted.
 * @throws Failed where AWS refuses a call, after all that was sent has been heard of as far as AWS lets it
 */
export async function runCommand(
  doors: CommandDoors,
  wanted: WantedCommand,
): Promise<ReadonlyMap<string, CommandOutcome>> {
  const { instanceIds, onOutcome } = wanted;
  const managed = new Map((await doors.commands.managed(instanceIds)).map((one) => [one.id, one]));
  const outcomes = new Map<string, CommandOutcome>();
  const tell = (outcome: CommandOutcome) => {
    outcomes.set(outcome.instanceId, outcome);
    onOutcome?.(outcome);
  };
  const reachable = instanceIds.filter((id) => managed.get(id)?.online === true);
  const lost = instanceIds.filter((id) => managed.get(id)?.online !== true);
  const known = lost.length === 0 ? [] : ((await doors.instances?.describe(lost)) ?? []);
  for (const id of lost) {
    const instance = known.find((one) => one.id === id);
    tell(unreachable(id, whyUnreachable(managed.get(id), instance)));
  }
  const failures: unknown[] = [];
  await pMap(
    chunksOf(reachable),
    async (chunk) => {
      if (doors.isInterrupted() || failures.length > 0) return;
      await runBatch(doors, { ...wanted, instanceIds: chunk }, tell).catch((error: unknown) =>
        failures.push(error),
      );
    },
    { concurrency: COMMANDS_AT_ONCE },
  );
  if (failures.length > 0) throw failures[0];
  for (const id of reachable) {
    if (!outcomes.has(id)) tell({ ...unreachable(id, INTERRUPTED), kind: 'cancelled' });
  }
  return outcomes;
}

function chunksOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / INSTANCES_A_COMMAND);
  return Array.from({ length: count }, (_, n) =>
    ids.slice(n * INSTANCES_A_COMMAND, (n + 1) * INSTANCES_A_COMMAND),
  );
}

/** Why SSM can't reach an instance, from what it and EC2 know of it. */
export function whyUnreachable(
  managed: ManagedInstance | undefined,
  known: Pick<KnownInstance, 'state' | 'hasProfile'> | undefined,
): string {
  if (known !== undefined && known.state !== 'running') return `it does not run: EC2 says ${known.state}`;
  if (known?.hasProfile === false) return 'it has no instance profile, and so no right to speak to SSM';
  if (managed === undefined) {
    return 'SSM does not know it: no agent runs there, or its role does not let the agent in';
  }
  return `its SSM agent is not online; it was last heard of at ${managed.lastSeenAt ?? 'no time that is known'}`;
}

/** Why there is no answer that can be read; untrusted. */
export function whyNoAnswer({ kind, problem, stderr }: CommandOutcome): string {
  if (kind === 'done') return 'its answer can not be read';
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last === '' ? problem : `${problem}: ${last.slice(0, 300)}`;
}

async function runBatch(
  doors: CommandDoors,
  { step, onOutcome: _, onSent, ...request }: WantedCommand,
  tell: (outcome: CommandOutcome) => void,
): Promise<void> {
  const { commands } = doors;
  const commandId = await commands.send(request);
  onSent?.(request.instanceIds);
  const left = new Set(request.instanceIds);
  const end = (outcome: CommandOutcome) => {
    left.delete(outcome.instanceId);
    tell(outcome);
  };
  let waited = 0;
  for (let pause = LOOK_SECONDS; left.size > 0; pause = Math.min(pause * 1.5, SLOWEST_LOOK_SECONDS)) {
    await doors.sleep(pause);
    waited += pause;
    if (doors.isInterrupted()) await commands.cancel(commandId);
    const ended = (await commands.invocations(commandId)).filter(
      ({ instanceId, state }) => left.has(instanceId) && state !== 'waiting' && state !== 'running',
    );
    for (const invocation of ended) {
      end(await outcomeOf(commands, commandId, { invocation, step, isLong: request.outputTo !== undefined }));
    }
    if (doors.isInterrupted()) break;
    if (waited >= GONE_SECONDS) {
      waited = 0;
      for (const outcome of await gone(doors, [...left])) end(outcome);
    }
  }
}

/** Those that were ended meanwhile, as by their group. */
async function gone({ instances }: CommandDoors, ids: readonly string[]): Promise<CommandOutcome[]> {
  const known = ids.length === 0 ? [] : ((await instances?.describe(ids)) ?? []);
  return known
    .filter(({ state }) => state !== 'running')
    .map((one) => unreachable(one.id, whyUnreachable(undefined, one)));
}

async function outcomeOf(
  commands: Commands,
  commandId: string,
  { invocation, step, isLong }: Ended,
): Promise<CommandOutcome> {
  const { instanceId, state, details, steps } = invocation;
  if (state === 'not-delivered')
    return unreachable(instanceId, `SSM could not deliver the command: ${details}`);
  // The step that was wanted has not run where one before it has failed.
  const ran = steps.find(({ name }) => name === step) ?? steps.at(-1);
  const outputOf = async ({ name, ...rest }: Invocation['steps'][number]) =>
    (isLong ? undefined : listed({ name, ...rest })) ?? (await commands.output(commandId, instanceId, name));
  const said = {
    instanceId,
    ...NOTHING,
    ...(ran === undefined ? {} : await outputOf(ran)),
    endedWith: ran?.name,
  };
  if (state === 'done') return { ...said, kind: 'done', problem: '' };
  if (state === 'cancelled') return { ...said, kind: 'cancelled', problem: `SSM says: ${details}` };
  return {
    ...said,
    kind: 'failed',
    problem: ran === undefined ? `SSM says: ${details}` : problemOf(ran, details),
  };
}

interface Ended {
  readonly invocation: Invocation;
  readonly step: string;
  /** What it says goes to S3: where to is to be asked for. */
  readonly isLong: boolean;
}

const NOTHING = { stdout: '', stderr: '', exitCode: undefined, endedWith: undefined, stdoutAt: undefined };

/** Of an output that is listed whole, and is no error's, nobody has to ask again: fifty instances are one call. */
function listed({ output, exitCode }: Invocation['steps'][number]) {
  const isWhole = output !== '' && output.length < LISTED_CHARACTERS && !output.includes(ERROR_MARK);
  return isWhole ? { ...NOTHING, stdout: output, exitCode } : undefined;
}

const LISTED_CHARACTERS = 2400;
/** Between both streams, in a list. */
const ERROR_MARK = '----------ERROR-------';

function problemOf({ name, exitCode }: Invocation['steps'][number], details: string): string {
  return details === 'Failed' ? `${name} ended with exit code ${exitCode}` : `${name}: ${details}`;
}

function unreachable(instanceId: string, problem: string): CommandOutcome {
  return { instanceId, kind: 'unreachable', problem, ...NOTHING };
}
