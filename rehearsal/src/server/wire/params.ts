/** The query protocol's parameters: `Filter.1.Name=name&Filter.1.Value.1=web-*`. */

import { AwsError } from '../aws-error.ts';

export class Params {
  readonly #values: ReadonlyMap<string, string>;
  readonly #prefix: string;

  constructor(values: ReadonlyMap<string, string>, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  static fromForm(form: string): Params {
    return new Params(new Map(new URLSearchParams(form)));
  }

  /** The value, empty ones included; undefined where it was not sent. */
  raw(name: string): string | undefined {
    return this.#values.get(this.#prefix + name);
  }

  /** The value; undefined where it is empty, as some SDKs send what the user left out. */
  text(name: string): string | undefined {
    return this.raw(name) || undefined;
  }

  /** @throws AwsError MissingParameter */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new AwsError('MissingParameter', `The request must contain the parameter ${this.#prefix}${name}`);
  }

  /** @throws AwsError InvalidParameterValue where it is neither true nor false */
  flag(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.#invalid(name, value);
  }

  /** @throws AwsError InvalidParameterValue where it is not a whole number */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^-?\d{1,15}$/.test(value)) return Number(value);
    throw this.#invalid(name, value);
  }

  /** The values of `name.1`, `name.2`, … in the order of their numbers. */
  list(name: string): readonly string[] {
    return this.#indices(name).flatMap((index) => this.text(`${name}.${index}`) ?? []);
  }

  /** The structures `name.1.…`, `name.2.…`, … in the order of their numbers. */
  structures(name: string): readonly Params[] {
    return this.#indices(name).map((index) => new Params(this.#values, `${this.#prefix}${name}.${index}.`));
  }

  /** The structure `name.…`; undefined where nothing of it was sent. */
  structure(name: string): Params | undefined {
    const prefix = `${this.#prefix}${name}.`;
    const sent = [...this.#values.keys()].some((key) => key.startsWith(prefix));
    return sent ? new Params(this.#values, prefix) : undefined;
  }

  /** The same with another value. */
  with(name: string, value: string): Params {
    return new Params(new Map([...this.#values, [this.#prefix + name, value]]), this.#prefix);
  }

  /** Every name below this structure with its value, as sent. */
  entries(): readonly (readonly [string, string])[] {
    return [...this.#values]
      .filter(([name]) => name.startsWith(this.#prefix))
      .map(([name, value]) => [name.slice(this.#prefix.length), value] as const);
  }

  #indices(name: string): readonly number[] {
    const prefix = `${this.#prefix}${name}.`;
    const found = new Set<number>();
    for (const key of this.#values.keys()) {
      const index = key.startsWith(prefix) ? /^\d{1,6}/.exec(key.slice(prefix.length))?.[0] : undefined;
      if (index !== undefined) found.add(Number(index));
    }
    return [...found].sort((a, b) => a - b);
  }

  #invalid(name: string, value: string): AwsError {
    return new AwsError(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${this.#prefix}${name} is invalid.`,
    );
  }
}
