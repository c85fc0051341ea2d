/** Counts over time by host, in memory with one limit for all of them: those with most cells get coarser. Pure. */

import { BUCKET_SECONDS } from './model.ts';

/** More hosts than are told apart: bucket and host together are one number. */
export const HOST_NUMBERS = 2048;
/** With coarser ones, nothing could be said any more. */
const COARSEST_SECONDS = 86_400;
/** All times there are. */
const ENDLESS_SECONDS = 1e11;

export interface Cell {
  /** When its bucket begins. */
  readonly time: number;
  readonly host: number;
  readonly count: number;
}

/** Made by {@link BucketPool}. */
export class Buckets {
  readonly #pool: BucketPool;
  readonly #isKept: boolean;
  #cells = new Map<number, number>();
  #seconds = BUCKET_SECONDS;
  #isDropped = false;

  constructor(pool: BucketPool, isKept: boolean) {
    this.#pool = pool;
    this.#isKept = isKept;
  }

  /** How long a bucket is. */
  get seconds(): number {
    return this.#seconds;
  }

  get size(): number {
    return this.#cells.size;
  }

  /** There are too many for what they would say. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Getting coarser, it would get no smaller. */
  get isCoarsest(): boolean {
    return this.#isDropped || this.#seconds > ENDLESS_SECONDS;
  }

  add(time: number, host: number, count = 1): void {
    if (this.#isDropped) return;
    const bucket = Math.floor((time - this.#pool.begin(time)) / this.#seconds);
    const key = bucket * HOST_NUMBERS + host;
    const known = this.#cells.get(key);
    this.#cells.set(key, (known ?? 0) + count);
    if (known === undefined) this.#pool.grown();
  }

  /** In no order. */
  *cells(): Generator<Cell> {
    for (const [key, count] of this.#cells) {
      const bucket = Math.floor(key / HOST_NUMBERS);
      const time = this.#pool.begin(0) + bucket * this.#seconds;
      yield { time, host: key - bucket * HOST_NUMBERS, count };
    }
  }

  /** Two buckets become one. */
  coarsen(): void {
    this.#seconds *= 2;
    const cells = new Map<number, number>();
    this.#isDropped = this.#seconds > COARSEST_SECONDS && !this.#isKept;
    if (!this.#isDropped) {
      for (const [key, count] of this.#cells) {
        const bucket = Math.floor(key / HOST_NUMBERS);
        const half = Math.floor(bucket / 2) * HOST_NUMBERS + (key - bucket * HOST_NUMBERS);
        cells.set(half, (cells.get(half) ?? 0) + count);
      }
    }
    this.#cells = cells;
  }
}

export class BucketPool {
  readonly #limit: number;
  #all: Buckets[] = [];
  #cells = 0;
  #begin: number | undefined;

  /** Of cells; far more than there are buckets that are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `keep`: it gets ever coarser, and is never dropped. */
  create({ keep }: { readonly keep: boolean }): Buckets {
    const buckets = new Buckets(this, keep);
    this.#all.push(buckets);
    return buckets;
  }

  /** Small numbers take less memory, so buckets are numbered from the day of the first time. */
  begin(time: number): number {
    this.#begin ??= Math.floor(time / 86_400) * 86_400;
    return this.#begin;
  }

  grown(): void {
    this.#cells += 1;
    if (this.#cells <= this.#limit) return;
    // Until there is room for more than the next one.
    while (this.#cells > this.#limit / 2) this.#coarsen();
  }

  #coarsen(): void {
    const mean = this.#cells / this.#all.length;
    for (const one of this.#all) if (one.size >= mean) one.coarsen();
    this.#all = this.#all.filter(({ isCoarsest }) => !isCoarsest);
    this.#cells = this.#all.reduce((sum, { size }) => sum + size, 0);
  }
}
