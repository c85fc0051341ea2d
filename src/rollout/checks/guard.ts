/**
 * Runs the checks of one group while its refresh waits, and has AWS roll it back when one fails. The first
 * failure decides; nothing is checked after it.
 */

import { Failed } from '../../failure.ts';
import { hasEnded } from '../model.ts';
import type { Doors } from '../run/doors.ts';
import { isRefusal } from '../run/refusal.ts';
import type { Look } from '../watch/model.ts';
import type { Check, CheckPlace, Stage } from './model.ts';
import { freshOf, stageOf } from './stage.ts';

/** While a wait lasts, checks are repeated so long after they have ended. */
const AGAIN_SECONDS = 60;

export interface Guarded {
  readonly group: string;
  readonly region: string;
  readonly refreshId: string;
  readonly imageId: string;
  readonly checks: readonly Check[];
  readonly checkpoints: readonly number[];
}

export class Guard {
  readonly #doors: Doors;
  readonly #guarded: Guarded;
  #looked = false;
  #matched: number | undefined;
  #running: Promise<void> | undefined;
  #last: { readonly stage: Stage; readonly endedAtSeconds: number } | undefined;
  #failure: string | undefined;
  #isStopped = false;

  constructor(doors: Doors, guarded: Guarded) {
    this.#doors = doors;
    this.#guarded = guarded;
  }

  /** Begins the checks where it is time for them; after a failure, tries to stop what goes on. */
  observe(look: Look): void {
    const fresh = freshOf(look.group, look.refresh);
    if (!this.#looked && look.refresh.percentComplete === 0) this.#matched = fresh.length;
    this.#looked = true;
    if (this.#running !== undefined || hasEnded(look.refresh.status)) return;
    if (this.#failure !== undefined) {
      if (!this.#isStopped) this.#begin(() => this.#stop());
      return;
    }
    const stage = stageOf(look, { checkpoints: this.#guarded.checkpoints, matched: this.#matched });
    if (stage === undefined || !this.#isDue(stage)) return;
    this.#begin(async () => {
      await this.#run(
        stage,
        fresh.map(({ id }) => id),
      );
      this.#last = { stage, endedAtSeconds: this.#doors.nowSeconds() };
    });
  }

  /** Waits for the checks that are under way, and says which one has failed, and why. */
  async settled(): Promise<string | undefined> {
    await this.#running;
    return this.#failure;
  }

  #begin(work: () => Promise<void>): void {
    this.#running = work().finally(() => {
      this.#running = undefined;
    });
  }

  #isDue({ kind, percent }: Stage): boolean {
    const last = this.#last;
    if (last?.stage.kind !== kind || last.stage.percent !== percent) return true;
    return this.#doors.nowSeconds() >= last.endedAtSeconds + AGAIN_SECONDS;
  }

  async #run(stage: Stage, instances: readonly string[]): Promise<void> {
    const { group, region, refreshId, imageId, checks } = this.#guarded;
    const place: CheckPlace = { group, region, refreshId, imageId, stage, instances };
    const where = stage.kind === 'bake' ? 'in the bake time' : `at ${stage.percent} percent`;
    await Promise.all(
      checks.map(async (check) => {
        const { passed, why } = await this.#doors.check(check, place);
        if (passed) this.#say('info', `the check ${check.name} passed ${where}`);
        // Of checks that run side by side, the first failure is the reason.
        else if (this.#failure === undefined)
          await this.#fail(`the check ${check.name} failed ${where}: ${why}`);
      }),
    );
  }

  async #fail(why: string): Promise<void> {
    // An interrupted command has interrupted its checks.
    if (this.#doors.isInterrupted()) return;
    this.#failure = why;
    this.#say('warning', why);
    await this.#stop();
  }

  /** Has AWS roll it back, or cancels it. What fails for now is tried again with the next look. */
  async #stop(): Promise<void> {
    const { group } = this.#guarded;
    const { rollouts } = this.#doors;
    try {
      await rollouts.rollBack(group);
      this.#isStopped = true;
    } catch (error) {
      if (isRefusal(error, 'IrreversibleInstanceRefresh')) await this.#cancel();
      // It is over, or on its way back already.
      else if (isRefusal(error, 'ActiveInstanceRefreshNotFound')) this.#isStopped = true;
      else this.#say('warning', `the rollback was not accepted: ${reasonOf(error)}`);
    }
  }

  async #cancel(): Promise<void> {
    const { group } = this.#guarded;
    try {
      await this.#doors.rollouts.cancel(group);
      this.#isStopped = true;
      this.#say('warning', 'AWS cannot roll it back, so it is cancelled');
    } catch (error) {
      this.#say('warning', `the cancellation was not accepted: ${reasonOf(error)}`);
    }
  }

  #say(level: 'info' | 'warning', text: string): void {
    this.#doors.say(this.#guarded.group, { level, text });
  }
}

/** @throws what is no failure of AWS's */
function reasonOf(error: unknown): string {
  if (error instanceof Failed) return error.message;
  throw error;
}
