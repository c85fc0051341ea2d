/** The schema of what leaves the machine: which alerts, to where, and how. */

import { z } from 'zod';
import * as field from './fields.ts';
import * as ossecField from './fields-ossec.ts';
import { says } from './message.ts';
import { environmentReference } from './schema-parts.ts';

export const hookUrl = z
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

export const alertRules = z
  .array(alertRule)
  .default([])
  .meta({
    description:
      'The rules whose alerts leave the machine: ids, or `netstat`, `rootcheck`, `integrity`, `sshd-bruteforce`. Every other alert stays in OSSEC’s own log.',
    examples: [[510, 'netstat', 'integrity', 'sshd-bruteforce']],
  });

export const notifications = z
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

export const email = z
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
