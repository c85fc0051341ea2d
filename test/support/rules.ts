/** A small set of rules in the form of OSSEC's own, for tests. */

import type { RuleIndex } from '../../src/ossec/model.ts';
import { indexRules } from '../../src/ossec/rule-index.ts';

const ROOT = `<!-- What the others hang from. -->
<group name="syslog">
  <rule id="01" level="0" noalert="1">
    <category>syslog</category>
    <description>Everything in the system log.</description>
  </rule>
</group>
`;

const DOOR = `<var name="OPENED">opened|forced</var>

<group name="syslog,door,">
  <rule id="700" level="0" noalert="1">
    <decoded_as>door</decoded_as>
    <description>Messages of the door.</description>
  </rule>

  <rule id="710" level="5">
    <if_sid>700</if_sid>
    <pcre2>unknown badge</pcre2>
    <description>An unknown badge at the door.</description>
    <group>wrong_badge,</group>
  </rule>

  <rule id="712" level="10" frequency="6" timeframe="120">
    <if_matched_sid>710</if_matched_sid>
    <same_location />
    <description>Many unknown badges</description>
    <description> at one door.</description>
    <group>many_badges,</group>
  </rule>

  <rule id="720" level="3">
    <if_sid>700</if_sid>
    <match>$OPENED</match>
    <description>The door was opened.</description>
  </rule>

  <rule id="721" level="7">
    <if_sid>720, 710</if_sid>
    <match>at night</match>
    <options>no_log</options>
    <description>The door was opened at night.</description>
  </rule>
</group>
`;

export const RULE_FILES: ReadonlyMap<string, string> = new Map([
  ['root_rules.xml', ROOT],
  ['door_rules.xml', DOOR],
]);

export const RULES: RuleIndex = indexRules(RULE_FILES).rules;
