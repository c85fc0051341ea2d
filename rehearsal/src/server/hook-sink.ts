/** Web hooks that only record: `https://hooks.rehearsal.internal/NAME`, for instances alone. */

/** The only name that leads to them; `setup/endpoints.py` puts it into the certificate. */
export const HOOKS_HOST = 'hooks.rehearsal.internal';

export interface RecordedPost {
  /** The URL's path and query, without the slash in front. */
  readonly hook: string;
  /** Undefined for a caller that is no instance. */
  readonly instanceId: string | undefined;
  readonly contentType: string;
  readonly body: string;
  /** What it was answered with. */
  readonly status: number;
}

const KEPT = 10_000;

export class HookSink {
  #posts: RecordedPost[] = [];

  record(post: RecordedPost): void {
    this.#posts.push(post);
    if (this.#posts.length > KEPT) this.#posts = this.#posts.slice(-KEPT / 2);
  }

  list(): readonly RecordedPost[] {
    return this.#posts;
  }

  clear(): void {
    this.#posts = [];
  }
}
