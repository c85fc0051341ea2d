/** Secrets that are like nothing else on this machine: where one is seen, something has told it. Pure but for chance. */

import { randomBytes } from 'node:crypto';

export interface Canaries {
  /** What bake finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What must be seen nowhere: the heart of each value, without what quoting may change around it. */
  readonly hearts: readonly string[];
  /** The heart of a hook that a fleet asks into its image: there it may be, for root alone. */
  readonly hook: string;
}

export function newCanaries(): Canaries {
  const [token, lines, hook, key, session, user] = [heart(), heart(), heart(), heart(), heart(), heart()];
  return {
    environment: {
      SECRET_TOKEN: `${token}"'$(x)\`\\`,
      SECRET_LINES: `first\n${lines}\nlast`,
      PAGER_URL: `https://hooks.rehearsal.internal/${hook}`,
      AWS_ACCESS_KEY_ID: 'AKIACANARYCANARY0001',
      AWS_SECRET_ACCESS_KEY: key,
      AWS_SESSION_TOKEN: session,
      HTTPS_PROXY: `http://user:${user}@127.0.0.1:9`,
    },
    hearts: [token, lines, hook, key, session, user],
    hook,
  };
}

/** Enough to know a secret by. */
export function heart(): string {
  return `Canary${randomBytes(12).toString('hex')}`;
}

/** Whether one of them is in there: as it is, or in the base64 of something around it. */
export function carries(text: string, hearts: readonly string[]): boolean {
  return formsOf(hearts).some((form) => text.includes(form));
}

/** All the ways in which they may be written. */
export function formsOf(hearts: readonly string[]): string[] {
  return hearts.flatMap((value) => [value, encodeURIComponent(value), ...inBase64(value)]);
}

/** Whatever stands before it moves the groups of three by 0, 1 or 2 bytes; those in its middle stay. */
function inBase64(value: string): string[] {
  return [0, 1, 2].map((by) =>
    Buffer.from(`${'x'.repeat(by)}${value}`)
      .toString('base64')
      .slice(4, -4),
  );
}
