/**
 * What can stand in a rule, and what an `overwrite` does with it. From src/analysisd/rules.c
 * (Rules_OP_ReadRules, getattributes) and rules_list.c (OS_AddRuleInfo) of OSSEC 4.1, 4.2 and the head of
 * mid-2026, which do not differ in this. Pure.
 */

/** Attributes whose value must be digits. */
export const NUMERIC_ATTRIBUTES: ReadonlySet<string> = new Set([
  'id',
  'level',
  'maxsize',
  'timeframe',
  'frequency',
  'accuracy',
  'ignore',
]);

export const RULE_ATTRIBUTES: ReadonlySet<string> = new Set([...NUMERIC_ATTRIBUTES, 'noalert', 'overwrite']);

/** Which event a rule matches. An overwrite replaces these: what it does not repeat is gone. */
const REPLACED_CONDITIONS = [
  'match',
  'regex',
  'time',
  'weekday',
  'srcip',
  'dstip',
  'srcport',
  'dstport',
  'user',
  'url',
  'id',
  'status',
  'hostname',
  'program_name',
  'extra_data',
  'action',
  'decoded_as',
  'compiled_rule',
  'if_fts',
  'check_diff',
] as const;

/** What a rule that counts events compares: replaced as well. */
export const COMPARISONS = [
  'same_source_ip',
  'same_src_port',
  'same_dst_port',
  'same_id',
  'same_user',
  'same_location',
  'different_url',
  'different_srcip',
  'different_srcgeoip',
  'not_same_source_ip',
  'not_same_user',
  'not_same_agent',
  'not_same_id',
] as const;

/**
 * Where a rule that counts events looks for the earlier ones. An overwrite that leaves them out makes the
 * rule match every single event; it can't add them to a rule that has none, nor name other ones.
 */
export const EARLIER_EVENTS = ['if_matched_sid', 'if_matched_group', 'if_matched_regex'] as const;

/** Where a rule stands below others. An overwrite does not move it: these are lost without a word. */
export const PARENTS = ['if_sid', 'if_group', 'if_level', 'category'] as const;

/** Conditions that an overwrite does not carry over: the rule keeps its own, whatever the overwrite says. */
const KEPT_CONDITIONS = [
  'pcre2',
  'match_pcre2',
  'user_pcre2',
  'url_pcre2',
  'id_pcre2',
  'status_pcre2',
  'hostname_pcre2',
  'program_name_pcre2',
  'extra_data_pcre2',
  'srcport_pcre2',
  'dstport_pcre2',
  'srcgeoip',
  'srcgeoip_pcre2',
  'dstgeoip',
  'dstgeoip_pcre2',
  'field',
  'list',
  'ignore',
  'check_if_ignored',
] as const;

/** Elements of an overwrite that change nothing. */
export const LOST_IN_OVERWRITE: ReadonlySet<string> = new Set([...PARENTS, ...KEPT_CONDITIONS]);

/** Elements that an overwrite must repeat where the rule has them. */
export const REPLACED_ELEMENTS: ReadonlySet<string> = new Set([
  ...REPLACED_CONDITIONS,
  ...COMPARISONS,
  ...EARLIER_EVENTS,
]);

/** Attributes that an overwrite must repeat where the rule has them. */
export const REPLACED_ATTRIBUTES: ReadonlySet<string> = new Set([
  'frequency',
  'timeframe',
  'ignore',
  'maxsize',
]);

/** Every element that a rule may have. */
export const RULE_ELEMENTS: ReadonlySet<string> = new Set([
  ...REPLACED_ELEMENTS,
  ...LOST_IN_OVERWRITE,
  'description',
  'group',
  'info',
  'cve',
  'options',
]);

/** Elements whose names OSSEC compares with their case. */
export const EXACT_ELEMENTS: ReadonlySet<string> = new Set([
  'same_id',
  'different_url',
  'different_srcip',
  'different_srcgeoip',
  'not_same_id',
]);

export const OPTIONS: ReadonlySet<string> = new Set([
  'alert_by_email',
  'no_email_alert',
  'log_alert',
  'no_log',
  'no_ar',
]);

export const CATEGORIES: ReadonlySet<string> = new Set([
  'firewall',
  'ids',
  'syslog',
  'web-log',
  'squid',
  'windows',
  'ossec',
]);

/** `loadmemory` drops a text of so many bytes, and with it the condition, with a line in OSSEC's log. */
export const LONGEST_CONDITION = 2048;

/** Ids from here on are for rules of users: OSSEC's own lie below. */
export const FIRST_USER_ID = 100_000;
