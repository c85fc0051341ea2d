/** `ossec.conf`, whole: the installer's lists only log files that exist when it runs, and trusts a name server. Pure. */

import type { OssecConfig } from './config.ts';
import { OWN_RULE_FILE, PORTS_ALIAS } from './own-rules.ts';
import { type Element, element, renderXml, yesNo } from './xml.ts';

const HOME = '/var/ossec';

/** Seconds between two looks at the open ports. */
const PORTS_SECONDS = 5;

export function renderOssecConf(config: OssecConfig): string {
  return renderXml(
    'Rendered by bake from the fleet file. Edit that file, not this one.',
    element('ossec_config', [
      global(config),
      rules(config),
      syscheck(config),
      rootcheck(config),
      alerts(config),
      ...systemLog(config),
      ...config.logs.map(({ file, format }) => localfile(format, file)),
      portPolicy(),
      ...blocking(config),
    ]),
  );
}

function global({ email, blocking: block }: OssecConfig): Element {
  const mail = email
    ? [
        ...email.to.map((address) => element('email_to', address)),
        element('smtp_server', email.smtpServer),
        element('email_from', email.from),
      ]
    : [];
  return element('global', [
    element('email_notification', yesNo(email !== undefined)),
    ...mail,
    // What the notifier follows.
    element('jsonout_output', 'yes'),
    ...['127.0.0.1', '::1', ...(block?.allow ?? [])].map((address) => element('white_list', address)),
  ]);
}

/** OSSEC's own, then the user's, then bake's, whose parents all lie before it. */
function rules({ ruleFiles, localRules }: OssecConfig): Element {
  const local = localRules.length > 0 ? ['local_rules.xml'] : [];
  return element(
    'rules',
    [...ruleFiles, ...local, OWN_RULE_FILE].map((file) => element('include', file)),
  );
}

function syscheck({ syscheckSeconds, folders, ignore }: OssecConfig): Element {
  return element('syscheck', [
    element('frequency', syscheckSeconds),
    element('scan_on_start', 'yes'),
    element('alert_new_files', 'yes'),
    // On, it mutes a file for good after its third change.
    element('auto_ignore', 'no'),
    ...folders.map(({ path, realtime, reportChanges }) =>
      element('directories', path, {
        check_all: 'yes',
        ...(realtime ? { realtime: 'yes' } : {}),
        ...(reportChanges ? { report_changes: 'yes' } : {}),
      }),
    ),
    ...ignore.map((path) => element('ignore', path)),
  ]);
}

function rootcheck({ rootcheck: { enabled, seconds } }: OssecConfig): Element {
  return element('rootcheck', [
    element('disabled', yesNo(!enabled)),
    element('frequency', seconds),
    element('rootkit_files', `${HOME}/etc/shared/rootkit_files.txt`),
    element('rootkit_trojans', `${HOME}/etc/shared/rootkit_trojans.txt`),
  ]);
}

function alerts({ alertLevel, email }: OssecConfig): Element {
  return element('alerts', [
    element('log_alert_level', alertLevel),
    ...(email === undefined ? [] : [element('email_alert_level', email.level)]),
  ]);
}

/** Debian 12 writes no `auth.log`: without one of these, no failed login is ever seen. */
function systemLog({ systemLog: source }: OssecConfig): Element[] {
  if (source === 'journald') return [localfile('journald', 'all')];
  return ['/var/log/auth.log', '/var/log/syslog'].map((file) => localfile('syslog', file));
}

function localfile(format: string, location: string): Element {
  return element('localfile', [element('log_format', format), element('location', location)]);
}

function portPolicy(): Element {
  return element('localfile', [
    element('log_format', 'full_command'),
    element('command', '/usr/local/lib/bake/bake-ports'),
    element('alias', PORTS_ALIAS),
    element('frequency', PORTS_SECONDS),
  ]);
}

/** Never with `disabled`: anywhere in the file, it would switch off every active response without a word. */
function blocking({ blocking: block }: OssecConfig): Element[] {
  if (block === undefined) return [];
  return [
    element('command', [
      element('name', 'firewall-drop'),
      element('executable', 'firewall-drop.sh'),
      element('expect', 'srcip'),
      element('timeout_allowed', 'yes'),
    ]),
    element('active-response', [
      element('command', 'firewall-drop'),
      element('location', 'local'),
      element('level', block.level),
      element('timeout', block.seconds),
    ]),
  ];
}
