/**
 * Faults that a test injects: refused calls, failing launches, slow and failing images, connections that hang or break,
 * a clock that is wrong.
 */

import { z } from 'zod';
import { AwsError } from './aws-error.ts';

/** Before the call has had its effect, or after it and before its answer. */
const MOMENT = z.enum(['before', 'after']).default('before');

const EFFECT = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('refuse'),
    code: z.string(),
    status: z.int().min(400).max(599),
    message: z.string().default('A fault of the rehearsal'),
  }),
  /** The instance ends terminated, the image ends failed. */
  z.strictObject({ kind: z.literal('fail'), reason: z.string() }),
  /** The image is pending for so long; at 0 the call answers when it is not pending any more. */
  z.strictObject({ kind: z.literal('delay'), milliseconds: z.number().nonnegative() }),
  /** Nothing more happens to the call until it is released, or whoever has called is gone. */
  z.strictObject({ kind: z.literal('hold'), moment: MOMENT }),
  /** The connection breaks. */
  z.strictObject({ kind: z.literal('drop'), moment: MOMENT }),
  /** The call has its effect at once, and its answer later. */
  z.strictObject({ kind: z.literal('late'), milliseconds: z.number().nonnegative() }),
  /** The server's clock is ahead of this machine's, or behind it: for every call, as long as the fault is there. */
  z.strictObject({ kind: z.literal('skew'), seconds: z.number() }),
]);

const FAULT = z.strictObject({
  /** `ec2:RunInstances`, or `*` for every call. */
  action: z.string().regex(/^(\*|[a-z0-9-]+:\w+)$/),
  /** How many calls of its action pass before the first that it meets. */
  skip: z.int().nonnegative().default(0),
  /** The share of the calls that it meets, evenly spread. */
  share: z.number().positive().max(1).default(1),
  /** How many calls it meets. */
  times: z.int().positive().default(1),
  effect: EFFECT,
});

export type Fault = Readonly<z.infer<typeof FAULT>>;

export class Faults {
  #left: readonly Fault[] = [];
  /** What each fault with a share has saved up: at 1 it meets a call. */
  #saved = new Map<Fault, number>();

  replace(faults: readonly Fault[]): void {
    this.#left = faults;
    this.#saved = new Map();
  }

  list(): readonly Fault[] {
    return this.#left;
  }

  /** Uses up one time of the first fault of that kind for `action`. */
  take<Kind extends Fault['effect']['kind']>(
    action: string,
    kind: Kind,
  ): Extract<Fault['effect'], { kind: Kind }> | undefined {
    const found = this.#left.find(
      (fault) => (fault.action === action || fault.action === '*') && fault.effect.kind === kind,
    );
    if (found === undefined) return undefined;
    if (found.skip > 0) {
      this.#replaceOne(found, { ...found, skip: found.skip - 1 });
      return undefined;
    }
    const saved = (this.#saved.get(found) ?? 0) + found.share;
    // Shares are no whole numbers to a computer.
    if (saved < 1 - 1e-9) {
      this.#saved.set(found, saved);
      return undefined;
    }
    const left = { ...found, times: found.times - 1 };
    this.#replaceOne(found, left);
    this.#saved.delete(found);
    this.#saved.set(left, saved - 1);
    return hasKind(found.effect, kind) ? found.effect : undefined;
  }

  /** How far the server's clock is ahead of this machine's. */
  skewSeconds(): number {
    const effects = this.#left.map(({ effect }) => effect);
    return effects.find((effect) => hasKind(effect, 'skew'))?.seconds ?? 0;
  }

  #replaceOne(found: Fault, left: Fault): void {
    this.#left = this.#left.flatMap((fault) => (fault === found ? (left.times > 0 ? [left] : []) : [fault]));
  }
}

function hasKind<Kind extends Fault['effect']['kind']>(
  effect: Fault['effect'],
  kind: Kind,
): effect is Extract<Fault['effect'], { kind: Kind }> {
  return effect.kind === kind;
}

/**
 * Reads what a test sent: a JSON list of {@link Fault}, where `times` is 1 unless told.
 * @throws AwsError ValidationError
 */
export function parseFaults(json: string): readonly Fault[] {
  const parsed = z.array(FAULT).safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationError', z.prettifyError(parsed.error));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
