/** The schema of the OSSEC layer: what is watched, what of it leaves the machine, and how. */

import { z } from 'zod';
import * as field from './fields.ts';
import * as ossecField from './fields-ossec.ts';
import { says } from './message.ts';
import { artifact, environmentReference } from './schema-parts.ts';

const hookUrl = z
  .strictObject(
    {
      ssm_parameter: field.ssmParameter
        .optional()
        .describe(
          'SSM parameter (SecureString) that holds the URL; the instance reads it with its own role.',
        ),
      secrets_manager: ossecField.secretName
        .optional()
        .describe('Secret in Secrets Manager that holds the URL; the instance reads it with its own role.'),
      bake_into_image: environmentReference(
        'SLACK_URL',
        'Put the URL into an environment variable and name that: { bake_into_image: "${env:SLACK_URL}" }',
      )
        .optional()
        .describe(
          'Bakes the URL into the image, readable by root only, from an environment variable: "${env:NAME}". Whoever gets the image gets the URL.',
        ),
    },
    {
      error: (issue) =>
        typeof issue.input === 'string'
          ? says(
              'cannot be written here: whoever knows a hook URL can post to it',
              'Store it and name where: { ssm_parameter: /shop/ossec/slack }',
            )
          : undefined,
    },
  )
  .meta({
    oneOf: [
      { required: ['ssm_parameter'] },
      { required: ['secrets_manager'] },
      { required: ['bake_into_image'] },
    ],
    examples: [{ ssm_parameter: '/shop/ossec/slack' }],
  });

const format = z
  .enum(['slack', 'json'])
  .default('slack')
  .describe('What is posted: a Slack message, or the alert as JSON for any webhook.');

const alertRule = z.union(
  [
    ossecField.ruleId,
    ossecField.ruleName,
    z.strictObject({
      rule_id: z
        .union([ossecField.ruleId, ossecField.ruleName], {
          error: 'must be the id of a rule, such as 5720, or a name',
        })
        .describe('Id of a rule, or a name that stands for several.'),
      hook_url: hookUrl.optional().describe('Where this rule is posted. Default: `slack_ossec_url`.'),
      format,
      level: ossecField.level
        .optional()
        .describe(
          "The level that the notification shows, instead of the rule's own. OSSEC's rule stays as it is.",
        ),
      description: ossecField.oneLine
        .optional()
        .describe("The title that the notification shows, instead of the rule's own."),
    }),
  ],
  { error: 'must be the id of a rule, a name, or { rule_id: … }' },
);

const alertRules = z
  .array(alertRule)
  .default([])
  .meta({
    description:
      'The rules whose alerts leave the machine: ids, or `netstat`, `rootcheck`, `integrity`, `sshd-bruteforce`. Every other alert stays in OSSEC’s own log.',
    examples: [[510, 'netstat', 'integrity', 'sshd-bruteforce']],
  });

const watchedFolder = z.union(
  [
    ossecField.watchedPath,
    z.strictObject({
      path: ossecField.watchedPath.describe('The folder, or one file.'),
      realtime: z.boolean().default(true).describe('Changes are seen at once, not only by the next scan.'),
      report_changes: z
        .boolean()
        .default(false)
        .describe(
          'Alerts on text files show what changed. OSSEC keeps copies of these files: not for secrets.',
        ),
    }),
  ],
  { error: 'must be an absolute path, or { path: … }' },
);

const ignored = z
  .array(ossecField.watchedPath)
  .default([])
  .describe('Paths that are not watched, with all below. OSSEC compares the beginning of paths.');

const firstBoot = z
  .array(ossecField.firstBootPath)
  .default([])
  .describe(
    'Further files that an instance writes at its first boot, with `*` for anything within a folder. That they appear is no alert; what happens to them later is.',
  );

const logs = z
  .array(
    z.strictObject({
      file: ossecField.watchedPath.meta({
        description: 'Absolute path of the log.',
        examples: ['/var/log/nginx/access.log'],
      }),
      format: z
        .enum([
          'syslog',
          'apache',
          'squid',
          'audit',
          'mysql_log',
          'postgresql_log',
          'snort-full',
          'snort-fast',
        ])
        .default('syslog')
        .describe('How OSSEC reads it: `syslog` for any log of one line an event, `apache` for web servers.'),
    }),
  )
  .default([])
  .describe('Log files that are read, in addition to the system log.');

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
    syscheck: z
      .strictObject({
        folders: z.array(watchedFolder).default([]).describe('Further folders to watch.'),
        ignore: ignored,
        first_boot: firstBoot,
      })
      .prefault({})
      .describe('Integrity checks of this role.'),
    logs,
  })
  .prefault({})
  .describe("What this role adds to the fleet's OSSEC.");

/** What every folder list begins with: what an intruder changes, and nothing that changes by itself. */
const WATCHED = [
  '/etc',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local',
  '/usr/lib/systemd',
  '/boot',
  '/root/.ssh',
  '/var/ossec/bin',
  '/var/ossec/etc',
  '/var/ossec/rules',
];

const syscheck = z
  .strictObject({
    frequency: ossecField.duration.default('6h').describe('How often everything is scanned.'),
    folders: z
      .array(watchedFolder)
      .default(WATCHED)
      .describe('What is watched on every server. Roles add to it.'),
    ignore: ignored.default(['/etc/mtab', '/etc/adjtime']),
    first_boot: firstBoot,
  })
  .prefault({})
  .describe('Integrity checks: rules 550 to 554.');

const rootcheck = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Looks for rootkits: rule 510.'),
    frequency: ossecField.duration.default('12h').describe('How often.'),
  })
  .prefault({})
  .describe('Rootkit checks.');

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

const notifications = z
  .strictObject({
    per_minute: z
      .int()
      .min(1, { error: 'must be at least 1' })
      .max(600, { error: 'must be at most 600' })
      .default(30)
      .describe('At most so many posts a hook and minute; the rest is counted, and the count is posted.'),
    heartbeat: ossecField.duration
      .optional()
      .describe('Posts this often that OSSEC is alive, with what it has seen. Default: never.'),
  })
  .prefault({})
  .describe('How alerts leave the machine.');

const email = z
  .strictObject({
    to: z
      .array(ossecField.emailAddress)
      .min(1, { error: 'must name at least one address' })
      .describe('Who gets them.'),
    from: ossecField.emailAddress.describe('The sender.'),
    smtp_server: ossecField.hostName.describe('The mail server: a name or an address.'),
    level: ossecField.level.default(7).describe('From this level on.'),
  })
  .optional()
  .describe('E-mail as OSSEC itself sends it, in addition to the hooks. Default: none.');

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
