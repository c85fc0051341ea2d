/** Session tokens of the metadata service: each is bound to one instance, and says itself when it ends. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const LONGEST_SECONDS = 21_600;

export class MetadataTokens {
  readonly #key = randomBytes(32);

  /** Returns undefined for a lifetime that the service doesn't give. */
  issue(instanceId: string, lifetime: string | undefined, now: Date): string | undefined {
    const seconds = /^\d{1,5}$/.test(lifetime ?? '') ? Number(lifetime) : 0;
    if (seconds < 1 || seconds > LONGEST_SECONDS) return undefined;
    const end = String(now.getTime() + seconds * 1000);
    return `${end}-${this.#sign(instanceId, end)}`;
  }

  /** How many seconds a token is still good for; undefined where it is not. */
  secondsLeft(instanceId: string, token: string, now: Date): number | undefined {
    const [end = '', signature = ''] = token.split('-');
    const expected = Buffer.from(this.#sign(instanceId, end));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const left = Math.floor((Number(end) - now.getTime()) / 1000);
    return left > 0 ? left : undefined;
  }

  #sign(instanceId: string, end: string): string {
    return createHmac('sha256', this.#key).update(`${instanceId} ${end}`).digest('hex');
  }
}
