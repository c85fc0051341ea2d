/** bake's own rules: the port policy and the probe. Pure. */

import type { OssecConfig } from './config.ts';
import { element, renderXml } from './xml.ts';

/** No rule of the user's may have an id in this range, ends included. */
export const OWN_RULE_IDS = { first: 990_000, last: 990_099 } as const;

export const OWN_RULE_FILE = 'bake_rules.xml';

/** What OSSEC calls the output of `bake-ports`. */
export const PORTS_ALIAS = 'bake-ports';

/** A port is open that the image does not declare. */
export const UNDECLARED_PORT = 990_002;

/** The notifier's own log line: it proves that what is logged still becomes an alert. */
export const PROBE = 990_010;

const PORTS_REPORT = 990_001;

/** The lowest level that OSSEC writes into its log of alerts by default. */
const PROBE_LEVEL = 3;

export function renderOwnRules({ alertLevel }: Pick<OssecConfig, 'alertLevel'>): string {
  return renderXml(
    `Rendered by bake: rules of its own, ids ${OWN_RULE_IDS.first} to ${OWN_RULE_IDS.last}.`,
    element(
      'group',
      [
        rule(PORTS_REPORT, 0, [
          element('if_sid', 530),
          // OSSEC puts the name in quotes, which can't be written here.
          element('pcre2', `^ossec: output: .${PORTS_ALIAS}.:`),
          element('description', 'Ports that are open, all of them declared.'),
        ]),
        rule(UNDECLARED_PORT, Math.max(10, alertLevel), [
          element('if_sid', PORTS_REPORT),
          element('match', 'policy=violation'),
          element('description', 'A port is open that this image does not declare.'),
        ]),
        rule(PROBE, Math.max(PROBE_LEVEL, alertLevel), [
          element('program_name', 'bake-probe'),
          element('options', 'no_email_alert'),
          element('description', 'The notifier asks whether OSSEC still hears.'),
        ]),
      ],
      { name: 'bake,' },
    ),
  );
}

function rule(id: number, level: number, content: Parameters<typeof element>[1]) {
  return element('rule', content, { id: String(id), level: String(level) });
}
