/** Images of a rehearsal without a name: they went with their last instance, or are just being made. */

import { type Docker, LABEL } from './docker.ts';

/**
 * Removes those that no instance runs from. What `docker commit` makes has no name for a moment, and would be taken
 * for one of them: so none is removed while an image is made.
 */
export class UnnamedImages {
  readonly #removeAll: () => Promise<unknown>;
  #making = 0;
  #isDue = false;
  #removal: Promise<unknown> = Promise.resolve();

  constructor(docker: Docker, name: string) {
    this.#removeAll = () => docker(['image', 'prune', '--force', `--filter=label=${LABEL}=${name}`]);
  }

  /** Does what makes an image and names it. Where a removal was asked for meanwhile, it follows. */
  async making<T>(make: () => Promise<T>): Promise<T> {
    this.#making += 1;
    try {
      await this.#removal;
      return await make();
    } finally {
      this.#making -= 1;
      if (this.#isDue) await this.remove();
    }
  }

  /** Now, or when no image is being made. */
  async remove(): Promise<void> {
    this.#isDue = this.#making > 0;
    if (this.#isDue) return;
    const removal = this.#removal.then(this.#removeAll);
    // Whoever makes an image waits for the end, however it ends.
    this.#removal = removal.catch(() => {});
    await removal;
  }
}
