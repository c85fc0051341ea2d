/** Work on one thing, one after the other; things don't wait for each other. */
export class WorkQueue {
  readonly #last = new Map<string, Promise<void>>();

  /** Does `work` after all other work on `key`. It handles its own errors: one that it throws is a bug. */
  add(key: string, work: () => Promise<void>): void {
    const done = (this.#last.get(key) ?? Promise.resolve()).then(work).finally(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    this.#last.set(key, done);
  }

  isBusy(key: string): boolean {
    return this.#last.has(key);
  }
}
