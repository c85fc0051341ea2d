/** Asks why refreshes hang: of a few groups at a time, so that AWS is not asked too often. */

import { Failed } from '../../failure.ts';
import type { Look, ScalingActivity, TargetHealth } from '../watch/model.ts';
import { newcomersOf } from '../watch/targets.ts';
import type { Doors } from './doors.ts';
import { deniedAction } from './refusal.ts';

/** With every round of looks, so many calls more may be made. */
const CALLS_A_ROUND = 2;
/** What was not needed is kept, up to this. */
const MOST_CALLS = 6;

export class Causes {
  readonly #doors: Doors;
  #calls = MOST_CALLS;
  /** The groups in the order in which they were last asked about. */
  readonly #asked = new Set<string>();
  readonly #denied = new Set<string>();
  readonly #troubles = new Set<string>();

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /**
   * Looks deeper at those for which there are calls left, and says what each of them has become; once a round.
   * Who has waited longest comes first. One with many target groups may take more than is left: others wait then.
   */
  async ask(hanging: readonly Look[], seen: (look: Look) => void): Promise<void> {
    this.#calls = Math.min(MOST_CALLS, this.#calls + CALLS_A_ROUND);
    const order = [...this.#asked];
    const rank = ({ group }: Look) => order.indexOf(group.name);
    for (const look of hanging.toSorted((one, other) => rank(one) - rank(other))) {
      if (this.#calls <= 0) return;
      this.#asked.delete(look.group.name);
      this.#asked.add(look.group.name);
      seen({ ...look, activities: await this.#activities(look), targets: await this.#targets(look) });
    }
  }

  async #activities({ group: { name }, refresh, activities }: Look): Promise<readonly ScalingActivity[]> {
    const all = await this.#try(name, 'scaling activities', () => this.#doors.rollouts.activities(name));
    const since = refresh.startedAtSeconds ?? 0;
    return all?.filter(({ startedAtSeconds }) => startedAtSeconds >= since) ?? activities;
  }

  async #targets({ group, refresh, targets }: Look): Promise<readonly TargetHealth[]> {
    const newcomers = new Set(newcomersOf(group, refresh).map(({ id }) => id));
    if (newcomers.size === 0) return [];
    const found: TargetHealth[] = [];
    for (const targetGroup of group.targetGroups) {
      const all = await this.#try(group.name, 'the health of targets', () =>
        this.#doors.rollouts.targetHealth(targetGroup),
      );
      if (all === undefined) return targets;
      found.push(...all.filter(({ instanceId }) => newcomers.has(instanceId)));
    }
    return found;
  }

  /** A watch does without what it may not ask for, and without an answer: AWS goes on, and it says so once. */
  async #try<Answer>(group: string, what: string, call: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#denied.has(what)) return undefined;
    this.#calls -= 1;
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const isDenied = deniedAction(error) !== undefined;
      if (isDenied) this.#denied.add(what);
      const trouble = isDenied ? what : `${what} of ${group}`;
      if (this.#troubles.has(trouble)) return undefined;
      this.#troubles.add(trouble);
      this.#doors.say(group, { level: 'warning', text: `not seen: ${what}: ${error.message}` });
      return undefined;
    }
  }
}
