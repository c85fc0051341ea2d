/** Pushes wave after wave, and stops where too much fails. */

import { Failed } from '../../failure.ts';
import type { OwnDocument } from '../documents.ts';
import { type CommandDoors, runCommand } from '../run-command.ts';
import { PUSH_STEP } from './document.ts';
import { isError, isInPlace, outcomeOf, type PushOutcome } from './outcome.ts';
import { canariesOf, type Pace, type PushTarget, sizeOf, type Wave, wavesOf } from './waves.ts';

export interface PushPlan {
  readonly targets: readonly PushTarget[];
  /** One error of a canary ends it. */
  readonly pace: Pace;
  /** With one more, no further wave begins. */
  readonly maxErrors: number;
  readonly document: OwnDocument;
  readonly documentSha256: string;
  readonly comment: string;
}

/** `isInterrupted`: nobody waits any more for what has begun. */
export interface PushDoors extends CommandDoors {
  /** No further wave begins; the one that has begun comes to its end. */
  readonly isStopping: () => boolean;
  readonly onWave: (wave: Wave) => void;
  readonly onOutcome: (outcome: PushOutcome) => void;
  /** Called with those of a wave that have what was pushed, some of them from a push that was at work already. */
  readonly record: (updated: readonly PushOutcome[]) => Promise<void>;
}

/** What a push has come to, also where AWS did not go along to its end. */
export interface PushEnd {
  /** In the order of the waves, every instance once. */
  readonly outcomes: readonly PushOutcome[];
  /** Why AWS was asked no further. */
  readonly failure: Failed | undefined;
}

export async function runPush(doors: PushDoors, plan: PushPlan): Promise<PushEnd> {
  const push = new Push(doors, plan);
  await push.canaries();
  for (const wave of wavesOf(push.left(), sizeOf(plan.pace.maxConcurrency, plan.targets.length))) {
    await push.wave(wave);
  }
  return push.end();
}

class Push {
  readonly #doors: PushDoors;
  readonly #plan: PushPlan;
  /** In the order in which they were told. */
  readonly #outcomes = new Map<string, PushOutcome>();
  /** Why no further wave begins. */
  #stopped: string | undefined;
  #failure: Failed | undefined;

  constructor(doors: PushDoors, plan: PushPlan) {
    this.#doors = doors;
    this.#plan = plan;
  }

  left(): PushTarget[] {
    return this.#plan.targets.filter(({ instanceId }) => !this.#outcomes.has(instanceId));
  }

  /** Until each bundle has proven itself somewhere: a canary that can't be reached has proven nothing. */
  async canaries(): Promise<void> {
    const { targets, pace } = this.#plan;
    const isProof = ({ instanceId }: PushTarget) => isInPlace(this.#outcomes.get(instanceId));
    while (this.#stopped === undefined) {
      const proven = new Set(targets.filter(isProof).map(({ bundle }) => bundle));
      const wave = canariesOf(this.left(), proven, pace.canary);
      if (wave.length === 0) return;
      await this.wave(wave, { maxErrors: 0, because: 'the canary failed' });
    }
  }

  /** Does nothing where it has been stopped. `because`: why no further one begins where more than `maxErrors` failed. */
  async wave(
    targets: readonly PushTarget[],
    { maxErrors, because }: { readonly maxErrors: number; readonly because?: string } = this.#plan,
  ): Promise<void> {
    if (this.#doors.isStopping()) this.#stopped ??= 'interrupted';
    if (this.#stopped !== undefined) return;
    const instanceIds = targets.map(({ instanceId }) => instanceId);
    const left = this.left().length - targets.length;
    this.#doors.onWave({ instanceIds, isCanary: because !== undefined, left });
    const { outcomes, failure } = await runWave(this.#doors, this.#plan, targets);
    for (const outcome of outcomes) this.#outcomes.set(outcome.instanceId, outcome);
    await this.#doors.record(outcomes.filter(isInPlace));
    this.#failure = failure;
    const errors = [...this.#outcomes.values()].filter(isError).length;
    if (failure !== undefined) this.#stopped = 'AWS did not go along';
    else if (errors > maxErrors)
      this.#stopped = because ?? `${errors} instances failed, and ${maxErrors} may`;
  }

  end(): PushEnd {
    const notStarted = this.left().map(({ instanceId }) => notStartedYet(instanceId, this.#stopped ?? ''));
    return { outcomes: [...this.#outcomes.values(), ...notStarted], failure: this.#failure };
  }
}

/** Those with the same bundle are one command; a wave ends with its last instance. */
async function runWave(doors: PushDoors, plan: PushPlan, wave: readonly PushTarget[]): Promise<PushEnd> {
  const sent = new Set<string>();
  const told = new Map<string, PushOutcome>();
  const failures = await Promise.all(
    [...Map.groupBy(wave, ({ bundle }) => bundle)].map(([bundle, targets]) =>
      failureOf(
        runCommand(doors, {
          instanceIds: targets.map(({ instanceId }) => instanceId),
          document: { name: plan.document.name, sha256: plan.documentSha256 },
          parameters: { Bundle: [bundle] },
          step: PUSH_STEP,
          comment: plan.comment,
          deliverySeconds: 120,
          maxConcurrency: targets.length,
          // A wave that has begun ends; between two of them it is counted.
          maxErrors: targets.length,
          onSent: (ids) => {
            for (const id of ids) sent.add(id);
          },
          onOutcome: (outcome) => {
            told.set(outcome.instanceId, outcomeOf(outcome));
            doors.onOutcome(outcomeOf(outcome));
          },
        }),
      ),
    ),
  );
  const outcomes = wave.map(
    ({ instanceId }) => told.get(instanceId) ?? untold(instanceId, sent.has(instanceId)),
  );
  return { outcomes, failure: failures.find((failure) => failure !== undefined) };
}

/** What else is thrown is a bug, and goes on its way. */
async function failureOf(work: Promise<unknown>): Promise<Failed | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Failed) return error;
    throw error;
  }
}

function untold(instanceId: string, wasSent: boolean): PushOutcome {
  if (!wasSent) return notStartedYet(instanceId, 'AWS did not send it');
  return {
    instanceId,
    kind: 'unknown',
    reason: 'AWS could not be asked; what has begun there comes to its end',
  };
}

function notStartedYet(instanceId: string, reason: string): PushOutcome {
  return { instanceId, kind: 'not-started', reason };
}
