/** The schema of the OSSEC layer, of the fleet and of a role. */

import { z } from 'zod';
import * as field from './fields.ts';
import * as ossecField from './fields-ossec.ts';
import { alertRules, email, hookUrl, notifications } from './schema-notify.ts';
import { artifact } from './schema-parts.ts';
import { logs, roleSyscheck, rootcheck, syscheck } from './schema-watch.ts';

const localRules = field.relativePath.describe(
  'Rules of your own, in the form of `local_rules.xml`, with ids from 100000 on.',
);

const ruleTests = field.relativePath.describe(
  'Log lines with the rules that they must raise, checked in every bake and by `bake ossec test`.',
);

/** What a role adds to the fleet's OSSEC. */
export const roleOssec = z
  .strictObject({
    alert_rules_list: alertRules,
    local_rules: localRules.optional(),
    rule_tests: ruleTests.optional(),
    syscheck: roleSyscheck,
    logs,
  })
  .prefault({})
  .describe("What this role adds to the fleet's OSSEC.");

const blocking = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Blocks the address that an alert names, with the firewall. Off: hooks are not affected.'),
    level: ossecField.level
      .min(1, { error: 'must be at least 1' })
      .default(10)
      .describe('From this level on.'),
    for: ossecField.duration.default('10m').describe('How long an address stays blocked.'),
    allow: z
      .array(ossecField.addressOrRange)
      .default([])
      .describe('Addresses and ranges that are never blocked: your load balancers, offices, VPN.'),
  })
  .prefault({})
  .describe('Active responses that block.');

/** The OSSEC layer of every image. */
export const ossec = z
  .strictObject({
    tarball: artifact.shape.from
      .optional()
      .describe(
        'The frozen OSSEC source: `s3://BUCKET/KEY`, `https://…`, or a path relative to the fleet file. Without it, only a rehearsal can bake, with a stand-in.',
      ),
    sha256: artifact.shape.sha256.optional().describe('SHA-256 of the tarball; mandatory with it.'),
    built_trees: ossecField.s3Prefix
      .optional()
      .describe(
        'Where compiled trees are kept for other machines: `s3://BUCKET/PREFIX`. Default: only in this machine’s cache.',
      ),
    bundles: ossecField.s3Prefix
      .optional()
      .describe(
        'Where running instances fetch what `bake ossec push` brings them: `s3://BUCKET/PREFIX`. Who may write there is root on them.',
      ),
    details: ossecField.s3Prefix
      .optional()
      .describe(
        'Where instances put the alerts that `bake alerts --rule` asks for and SSM has no room for: `s3://BUCKET/PREFIX`. They are removed once they are read.',
      ),
    slack_ossec_url: hookUrl
      .optional()
      .describe('The hook of every entry of `alert_rules_list` that has none of its own.'),
    alert_rules_list: alertRules,
    local_rules: localRules.optional(),
    rule_tests: ruleTests.optional(),
    alert_level: ossecField.level
      .min(1, { error: 'must be at least 1' })
      .default(3)
      .describe('Events from this level on become alerts.'),
    system_log: z
      .enum(['auto', 'journald', 'rsyslog'])
      .default('auto')
      .describe(
        'Where OSSEC reads the system log. `auto`: the journal, where the release can read it, otherwise files that rsyslog writes.',
      ),
    syscheck,
    rootcheck,
    logs,
    blocking,
    notifications,
    email,
  })
  .prefault({})
  .meta({
    description: 'The OSSEC layer of every image.',
    dependencies: { tarball: ['sha256'], sha256: ['tarball'] },
  });
