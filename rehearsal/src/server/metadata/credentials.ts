/** Credentials for instance roles: moto makes them, so that it knows whose they are, and they may sign. */

import type { MotoClient } from '../moto-client.ts';
import type { Credentials, Keyring } from '../signature/keyring.ts';
import type { Instance } from '../state/model.ts';
import { nodeAt, textAt } from '../wire/xml.ts';

const LIFETIME_SECONDS = 6 * 3600;
/** New ones are given out this long before the old ones end. */
const RENEWAL_MILLISECONDS = 15 * 60 * 1000;

interface Issued {
  readonly credentials: Credentials;
  readonly issued: Date;
  readonly expiration: Date;
}

export class RoleCredentials {
  readonly #moto: MotoClient;
  readonly #keyring: Keyring;
  readonly #issued = new Map<string, Issued>();

  constructor(moto: MotoClient, keyring: Keyring) {
    this.#moto = moto;
    this.#keyring = keyring;
  }

  /** The document that the metadata service shows. */
  async document(instance: Instance, now: Date): Promise<string> {
    const { credentials, issued, expiration } = await this.#current(instance, now);
    const document = {
      Code: 'Success',
      LastUpdated: seconds(issued),
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: seconds(expiration),
    };
    return JSON.stringify(document, undefined, 2);
  }

  async #current(instance: Instance, now: Date): Promise<Issued> {
    const known = this.#issued.get(instance.id);
    if (known !== undefined && known.expiration.getTime() - now.getTime() > RENEWAL_MILLISECONDS)
      return known;
    const fresh = await this.#issue(instance, now);
    this.#issued.set(instance.id, fresh);
    this.#keyring.add(fresh.credentials, now);
    return fresh;
  }

  async #issue({ id, region, profile }: Instance, now: Date): Promise<Issued> {
    const answer = await this.#moto.query(
      { service: 'sts', region, operation: 'AssumeRole' },
      {
        RoleArn: profile?.role?.arn ?? '',
        RoleSessionName: id,
        DurationSeconds: String(LIFETIME_SECONDS),
      },
    );
    const given = nodeAt(answer, 'AssumeRoleResponse', 'AssumeRoleResult', 'Credentials');
    const expiration = new Date(now.getTime() + LIFETIME_SECONDS * 1000);
    const credentials = {
      accessKeyId: textAt(given, 'AccessKeyId') ?? '',
      secretAccessKey: textAt(given, 'SecretAccessKey') ?? '',
      sessionToken: textAt(given, 'SessionToken') ?? '',
      expiration,
    };
    return { credentials, issued: now, expiration };
  }
}

function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
