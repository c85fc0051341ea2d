/** Bad answers of AWS, as the rehearsal is told to give them. */

/** As often as a command may call. */
export const ALWAYS = 100_000;

/** At every call, or at those that `parts` says. */
export const every = (effect: object, parts: object = {}) => [
  { action: '*', times: ALWAYS, effect, ...parts },
];

export const refuse = (code: string, status: number) => ({ kind: 'refuse', code, status });
export const THROTTLED = refuse('RequestLimitExceeded', 503);
export const EXPIRED = refuse('RequestExpired', 400);
