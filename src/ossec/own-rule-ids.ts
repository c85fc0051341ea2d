/** The ids of bake's own rules. Pure. */

/** No rule of the user's may have an id in this range, ends included. */
export const OWN_RULE_IDS = { first: 990_000, last: 990_099 } as const;

/** A port is open that the image does not declare. */
export const UNDECLARED_PORT = 990_002;

/** The notifier's own log line: it proves that what is logged still becomes an alert. */
export const PROBE = 990_010;

/** What `bake-ports` says, all being well. */
export const PORTS_REPORT = 990_001;

/** The first of the rules that keep a first boot quiet; there are as many as the paths need. */
export const FIRST_BOOT = 990_020;
