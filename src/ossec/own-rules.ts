/** bake's own rules: the port policy and the probe. Pure. */

import type { OssecConfig } from './config.ts';
import { pathExpression } from './first-boot.ts';
import { FIRST_BOOT, OWN_RULE_IDS, PORTS_REPORT, PROBE, UNDECLARED_PORT } from './own-rule-ids.ts';
import { type Element, element, renderXml } from './xml.ts';

export const OWN_RULE_FILE = 'bake_rules.xml';

/** What OSSEC calls the output of `bake-ports`. */
export const PORTS_ALIAS = 'bake-ports';

/** The lowest level that OSSEC writes into its log of alerts by default. */
const PROBE_LEVEL = 3;

export function renderOwnRules({
  alertLevel,
  firstBoot,
}: Pick<OssecConfig, 'alertLevel' | 'firstBoot'>): string {
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
        ...firstBootRules(firstBoot),
      ],
      { name: 'bake,' },
    ),
  );
}

/** OSSEC reads no more than 2,048 bytes of an element. */
const LONGEST_EXPRESSION = 1500;

/** That such a file appears is no alert; whatever happens to it later is another rule's. */
function firstBootRules(paths: readonly string[]): Element[] {
  const chunks: string[] = [];
  for (const path of paths.map(pathExpression)) {
    const last = chunks.at(-1);
    const isFull = last === undefined || last.length + path.length > LONGEST_EXPRESSION;
    if (isFull) chunks.push(path);
    else chunks[chunks.length - 1] = `${last}|${path}`;
  }
  if (FIRST_BOOT + chunks.length > OWN_RULE_IDS.last)
    throw new Error('too many paths for the rules that there are');
  return chunks.map((expression, index) =>
    rule(FIRST_BOOT + index, 0, [
      element('if_sid', 554),
      element('pcre2', `^New file .(?:${expression}). added to the file system`),
      element('description', 'A file that every first boot writes.'),
    ]),
  );
}

function rule(id: number, level: number, content: Parameters<typeof element>[1]) {
  return element('rule', content, { id: String(id), level: String(level) });
}
