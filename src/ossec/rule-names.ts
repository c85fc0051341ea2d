/** The names that `alert_rules_list` takes instead of ids. Pure. */

/** A fleet file may write these. */
export const ALERT_NAMES = ['netstat', 'rootcheck', 'integrity', 'sshd-bruteforce'] as const;

export type AlertName = (typeof ALERT_NAMES)[number];
