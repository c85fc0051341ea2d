/** The keys that may sign: the rehearsal's own, and those it issued to instance roles. */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Issued credentials have one, and every request signed with them must bring it. */
  readonly sessionToken: string | undefined;
  readonly expiration: Date | undefined;
}

export class Keyring {
  readonly #credentials = new Map<string, Credentials>();

  constructor(root: { readonly accessKeyId: string; readonly secretAccessKey: string }) {
    const { accessKeyId, secretAccessKey } = root;
    this.#credentials.set(accessKeyId, {
      accessKeyId,
      secretAccessKey,
      sessionToken: undefined,
      expiration: undefined,
    });
  }

  /** Lets these credentials sign, and forgets those that expired long ago. */
  add(credentials: Credentials, now: Date): void {
    const dayAgo = now.getTime() - 86_400_000;
    for (const [id, { expiration }] of this.#credentials) {
      if (expiration !== undefined && expiration.getTime() < dayAgo) this.#credentials.delete(id);
    }
    this.#credentials.set(credentials.accessKeyId, credentials);
  }

  find(accessKeyId: string): Credentials | undefined {
    return this.#credentials.get(accessKeyId);
  }
}
