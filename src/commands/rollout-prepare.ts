/** What `bake rollout` is going to do with each group. */

import { fail } from '../failure.ts';
import type { Images } from '../fleet/model.ts';
import { parameterNames } from '../images/promote.ts';
import type { Claim } from '../images/vouch.ts';
import { newestImage } from '../rollout/choose.ts';
import { effectivePreferences } from '../rollout/preferences.ts';
import type { Wanted } from '../rollout/preflight/facts.ts';
import type { Doors } from '../rollout/run/doors.ts';
import { gather } from '../rollout/run/gather.ts';
import { type Prepared, prepare } from '../rollout/run/prepare.ts';
import type { RolloutImage } from '../world/rollouts/model.ts';
import type { Site } from '../world/site.ts';
import { type RolloutOptions, withFlags } from './rollout-options.ts';
import type { Target } from './rollout-targets.ts';

export interface Work {
  readonly site: Site;
  readonly doors: Doors;
  readonly fleet: string;
  readonly region: string;
  readonly images: Images;
  readonly options: RolloutOptions;
  /** Refuses what only its tags call golden. */
  readonly requireProof: (image: Claim) => Promise<void>;
}

/** Prepares groups; what several of them need is asked for once. */
export class Preparing {
  readonly #work: Work;
  readonly #newest = new Map<string, Promise<string>>();
  readonly #images = new Map<string, Promise<RolloutImage | undefined>>();
  readonly #proofs = new Map<string, Promise<void>>();

  constructor(work: Work) {
    this.#work = work;
  }

  async prepare({ group, role }: Target): Promise<Prepared> {
    const { site, doors, region, images, options } = this.#work;
    const imageId = options.image ?? (await once(this.#newest, role.name, () => this.#newestOf(role.name)));
    const image = await once(this.#images, imageId, () => doors.rollouts.image(imageId));
    if (!options.allowCandidate) await once(this.#proofs, imageId, () => this.#requireProof(imageId));
    const requested = withFlags(role.rollout.preferences, options);
    const wanted: Wanted = {
      imageId,
      allowCandidate: options.allowCandidate,
      isRehearsal: site.rehearsal,
      pin: options.pin,
      requireImdsV2: options.requireImdsv2,
      managedBy: role.rollout.managedBy,
      parameter: parameterNames(images, role.name)?.imageId,
      requested,
      preferences: effectivePreferences(requested, group),
      checks: options.checks ? role.rollout.checks : [],
      guard: role.rollout.guard,
    };
    const gathered = await gather(doors, group, { region, image, alarms: wanted.preferences.alarms });
    return prepare(gathered, { wanted, imageName: image?.name ?? imageId });
  }

  /** Of an image of another account only the tags are known, which do not travel: there is nothing to look up. */
  async #requireProof(imageId: string): Promise<void> {
    const { site, requireProof } = this.#work;
    const found = await site.aws.images.describe(imageId);
    if (found !== undefined) await requireProof(found.image);
  }

  async #newestOf(role: string): Promise<string> {
    const { site, fleet, options } = this.#work;
    const { allowCandidate } = options;
    const known = await site.aws.fleetImages(fleet);
    const newest = newestImage(known, role, { allowCandidate, isRehearsal: site.rehearsal });
    if (newest !== undefined) return newest.imageId;
    return fail({
      kind: 'input',
      problem: `there is no ${allowCandidate ? '' : 'golden '}image of the role ${role}`,
      remedy: allowCandidate
        ? 'bake one first'
        : 'verify one first, name one with --image, or use --allow-candidate',
    });
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}
