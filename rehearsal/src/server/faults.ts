/** Faults that a test injects: refused calls, failing launches, slow and failing images. */

import { z } from 'zod';
import { AwsError } from './aws-error.ts';

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
]);

const FAULT = z.strictObject({
  /** `ec2:RunInstances` */
  action: z.string().regex(/^[a-z0-9-]+:\w+$/),
  /** How many calls it meets. */
  times: z.int().positive().default(1),
  effect: EFFECT,
});

export type Fault = Readonly<z.infer<typeof FAULT>>;

export class Faults {
  #left: readonly Fault[] = [];

  replace(faults: readonly Fault[]): void {
    this.#left = faults;
  }

  list(): readonly Fault[] {
    return this.#left;
  }

  /** Uses up one time of the first fault of that kind for `action`. */
  take<Kind extends Fault['effect']['kind']>(
    action: string,
    kind: Kind,
  ): Extract<Fault['effect'], { kind: Kind }> | undefined {
    const found = this.#left.find((fault) => fault.action === action && fault.effect.kind === kind);
    if (found === undefined) return undefined;
    this.#left = this.#left.flatMap((fault) => {
      if (fault !== found) return [fault];
      return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    });
    return hasKind(found.effect, kind) ? found.effect : undefined;
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
