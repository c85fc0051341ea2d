/** The OSSEC parts of the checked file → {@link Ossec} and {@link OssecLayer}. Pure. */

import type { FrozenOssec, RuleTest } from '../ossec/model.ts';
import { readRuleTests } from '../ossec/rule-tests.ts';
import { secondsOf } from './duration.ts';
import type { AlertEntry, HookUrl, Ossec, OssecLayer, WatchedFolder } from './model.ts';
import { type GatheredFiles, namedText } from './references.ts';
import type { FleetFile } from './schema.ts';

type OssecFile = FleetFile['ossec'];
type LayerFile = FleetFile['roles'][string]['ossec'];
type HookFile = NonNullable<OssecFile['slack_ossec_url']>;

export function normalizeOssec(
  file: OssecFile,
  gathered: GatheredFiles,
  frozen: FrozenOssec | undefined,
): Ossec {
  const { tarball, sha256, blocking, notifications, email } = file;
  return {
    ...normalizeLayer(file, file, gathered),
    tarball: tarball === undefined || sha256 === undefined ? undefined : { from: tarball, sha256 },
    frozen,
    builtTrees: file.built_trees?.replace(/\/$/, ''),
    bundles: file.bundles?.replace(/\/$/, ''),
    details: file.details?.replace(/\/$/, ''),
    alertLevel: file.alert_level,
    systemLog: file.system_log,
    syscheckSeconds: secondsOf(file.syscheck.frequency),
    rootcheck: { enabled: file.rootcheck.enabled, seconds: secondsOf(file.rootcheck.frequency) },
    blocking: blocking.enabled
      ? { level: blocking.level, seconds: secondsOf(blocking.for), allow: blocking.allow }
      : undefined,
    notifications: {
      perMinute: notifications.per_minute,
      heartbeatSeconds:
        notifications.heartbeat === undefined ? undefined : secondsOf(notifications.heartbeat),
    },
    email: email && { to: email.to, from: email.from, smtpServer: email.smtp_server, level: email.level },
  };
}

/** What a layer says; `fleet` has the default hook. */
export function normalizeLayer(layer: LayerFile, fleet: OssecFile, gathered: GatheredFiles): OssecLayer {
  return {
    alerts: layer.alert_rules_list.map((entry) => alertEntry(entry, fleet)),
    localRules: namedText(gathered, layer.local_rules),
    ruleTests: ruleTests(layer.rule_tests, gathered),
    folders: layer.syscheck.folders.map(watchedFolder),
    ignore: layer.syscheck.ignore,
    firstBoot: layer.syscheck.first_boot,
    logs: layer.logs,
  };
}

function alertEntry(entry: LayerFile['alert_rules_list'][number], fleet: OssecFile): AlertEntry {
  const object = typeof entry === 'object' ? entry : { rule_id: entry, format: 'slack' as const };
  const url = object.hook_url ?? fleet.slack_ossec_url;
  if (url === undefined) throw new Error('an alert without a hook that the rules should have refused');
  return {
    rule: object.rule_id,
    hook: { url: hookUrl(url), format: object.format },
    level: object.level,
    description: object.description,
  };
}

function hookUrl({ ssm_parameter, secrets_manager, bake_into_image }: HookFile): HookUrl {
  if (ssm_parameter !== undefined) return { kind: 'ssm-parameter', name: ssm_parameter };
  if (secrets_manager !== undefined) return { kind: 'secrets-manager', name: secrets_manager };
  if (bake_into_image === undefined) throw new Error('a hook that the rules should have refused');
  return { kind: 'in-image', environmentVariable: bake_into_image.slice('${env:'.length, -1) };
}

function watchedFolder(entry: LayerFile['syscheck']['folders'][number]): WatchedFolder {
  if (typeof entry === 'string') return { path: entry, realtime: true, reportChanges: false };
  return { path: entry.path, realtime: entry.realtime, reportChanges: entry.report_changes };
}

function ruleTests(path: string | undefined, gathered: GatheredFiles): readonly RuleTest[] {
  const file = namedText(gathered, path);
  return file === undefined ? [] : readRuleTests(file).tests;
}
