/** Whether AWS refuses a call because this machine's clock is wrong. Pure. */

import { formatAge } from '../report/duration.ts';

/** What services answer to a time that is not theirs; EC2 and STS answer the same to credentials that are wrong. */
const MAY_MEAN_CLOCK = /^(RequestExpired|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException)$/;
const MEANS_CLOCK =
  /\b(RequestTimeTooSkewed|RequestInTheFuture)\b|Signature expired|Signature not yet current/;
/** AWS takes five minutes for wrong; its Date header is older by the answer's way. */
const WRONG_SECONDS = 4 * 60;

const REMEDY = 'set it (`timedatectl set-ntp true`) and run the same command again';

/** What to do about the clock; undefined where it isn't that. `error`: what the SDK has thrown. */
export function clockRemedy(error: Error, now: Date): string | undefined {
  const ahead = secondsAhead(error, now);
  if (MAY_MEAN_CLOCK.test(error.name) && ahead !== undefined && Math.abs(ahead) >= WRONG_SECONDS)
    return `this machine's clock is ${formatAge(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} AWS's: ${REMEDY}; where it repeats, renew the credentials`;
  return MEANS_CLOCK.test(`${error.name} ${error.message}`)
    ? `this machine's clock is not AWS's: ${REMEDY}`
    : undefined;
}

/** By the Date header of AWS's answer. */
function secondsAhead(error: Error, now: Date): number | undefined {
  const { $response } = error as { $response?: { headers?: Readonly<Record<string, string>> } };
  const date = Date.parse($response?.headers?.date ?? '');
  return Number.isNaN(date) ? undefined : (now.getTime() - date) / 1000;
}
