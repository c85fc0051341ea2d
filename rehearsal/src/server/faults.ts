/** Faults that a test injects: refused calls, failing launches, slow and failing images. */

import { AwsError } from './aws-error.ts';

export interface Fault {
  /** `ec2:RunInstances` */
  readonly action: string;
  /** How many calls it meets. */
  readonly times: number;
  readonly effect:
    | { readonly kind: 'refuse'; readonly code: string; readonly status: number; readonly message: string }
    /** The instance ends terminated, the image ends failed. */
    | { readonly kind: 'fail'; readonly reason: string }
    /** The image is pending for so long. */
    | { readonly kind: 'delay'; readonly milliseconds: number };
}

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
 * Reads what a test sent.
 * @throws AwsError ValidationError
 */
export function parseFaults(json: string): readonly Fault[] {
  const list = parseJson(json);
  if (!Array.isArray(list)) throw invalid('a list of faults is expected');
  return list.map(parseFault);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('it is not JSON');
  }
}

function parseFault(value: unknown): Fault {
  const fault = record(value);
  const { action, times = 1 } = fault;
  if (typeof action !== 'string' || !/^[a-z0-9-]+:\w+$/.test(action))
    throw invalid('action: ec2:RunInstances');
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1) throw invalid('times: 1 or more');
  return { action, times, effect: parseEffect(record(fault.effect)) };
}

function parseEffect(effect: Readonly<Record<string, unknown>>): Fault['effect'] {
  const { kind, code, status, message = 'A fault of the rehearsal', reason, milliseconds } = effect;
  if (kind === 'refuse' && typeof code === 'string' && isStatus(status) && typeof message === 'string') {
    return { kind, code, status, message };
  }
  if (kind === 'fail' && typeof reason === 'string') return { kind, reason };
  if (kind === 'delay' && typeof milliseconds === 'number') return { kind, milliseconds };
  throw invalid('effect: refuse with code and status, fail with reason, or delay with milliseconds');
}

function isStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalid('each fault and each effect is an object');
  return Object.fromEntries(Object.entries(value));
}

function invalid(why: string): AwsError {
  return new AwsError('ValidationError', `The faults can not be read: ${why}`);
}
