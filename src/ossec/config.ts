/** What an image's OSSEC does: the fleet's settings with the role's on top. Pure. */

import type {
  AlertEntry,
  Blocking,
  Email,
  Fleet,
  Hook,
  Listener,
  LogFile,
  NamedText,
  Ossec,
  OssecLayer,
  Role,
  WatchedFolder,
} from '../fleet/model.ts';
import { BASE } from '../plan/model.ts';
import { firstBootPaths } from './first-boot.ts';
import type { RuleTest } from './model.ts';
import { idsOf } from './rule-names.ts';

/** Everything that the files of the OSSEC layer are rendered from. */
export interface OssecConfig {
  readonly fleet: string;
  /** `base`, or the role's name. */
  readonly image: string;
  /** OSSEC's own rule files, in the order of their inclusion. */
  readonly ruleFiles: readonly string[];
  readonly alertLevel: number;
  readonly systemLog: 'journald' | 'rsyslog';
  readonly syscheckSeconds: number;
  readonly folders: readonly WatchedFolder[];
  readonly ignore: readonly string[];
  /** Paths that a first boot writes, with `*` for anything within a folder. */
  readonly firstBoot: readonly string[];
  /** The keys of the user that people log in as; a first boot adds the launch key. */
  readonly loginKeys: string;
  readonly rootcheck: Ossec['rootcheck'];
  readonly logs: readonly LogFile[];
  readonly blocking: Blocking | undefined;
  readonly email: Email | undefined;
  readonly notifications: Ossec['notifications'];
  readonly hooks: readonly NamedHook[];
  /** Ascending by rule. */
  readonly routes: readonly Route[];
  readonly localRules: readonly NamedText[];
  readonly ruleTests: readonly RuleTest[];
  /** Ports that may be open. */
  readonly ports: readonly Listener[];
  /** What deployments change inside of maintenance windows: absolute folders, and ports. */
  readonly deployment: { readonly folders: readonly string[]; readonly ports: readonly Listener[] };
  /** Packages are upgraded in place. */
  readonly autoUpdate: boolean;
}

/** A hook under a name that no URL shows through: `hook-1`. */
export interface NamedHook extends Hook {
  readonly name: string;
}

/** Which hook gets the alerts of a rule, and what the notification says instead of the rule's own words. */
export interface Route {
  readonly ruleId: number;
  /** Name of a hook. */
  readonly hook: string;
  readonly level: number | undefined;
  readonly description: string | undefined;
}

/** The stand-in's only rule file. */
const STAND_IN_RULE_FILES = ['ossec_rules.xml'];

/** SSH itself, and the DHCP clients' own ports. */
const ALWAYS_OPEN: readonly Listener[] = [
  { protocol: 'tcp', port: 22 },
  { protocol: 'udp', port: 68 },
  { protocol: 'udp', port: 546 },
];

/** The OSSEC of a role's image, or without a role of the base image. */
export function effectiveOssec(fleet: Fleet, role?: Role): OssecConfig {
  const { ossec } = fleet;
  const layers: OssecLayer[] = role === undefined ? [ossec] : [ossec, role.ossec];
  const entries = layers.flatMap((layer) => layer.alerts);
  const hooks = namedHooks(entries);
  return {
    fleet: fleet.name,
    image: role?.name ?? BASE,
    ruleFiles: ossec.frozen?.ruleFiles ?? STAND_IN_RULE_FILES,
    alertLevel: ossec.alertLevel,
    systemLog: systemLog(ossec),
    syscheckSeconds: ossec.syscheckSeconds,
    folders: lastOfEach(
      [...keyFolders(fleet, role), ...layers.flatMap((layer) => layer.folders)],
      ({ path }) => path,
    ),
    ignore: [...new Set(layers.flatMap((layer) => layer.ignore))],
    firstBoot: firstBootPaths([
      keyFile(keyFolder(fleet.builder.ssh.user)),
      ...layers.flatMap((layer) => layer.firstBoot),
    ]),
    loginKeys: keyFile(keyFolder(fleet.builder.ssh.user)),
    rootcheck: ossec.rootcheck,
    logs: lastOfEach(
      layers.flatMap((layer) => layer.logs),
      ({ file }) => file,
    ),
    blocking: ossec.blocking,
    email: ossec.email,
    notifications: ossec.notifications,
    hooks,
    routes: routes(entries, hooks, ossec),
    localRules: layers.flatMap((layer) => layer.localRules ?? []),
    ruleTests: layers.flatMap((layer) => layer.ruleTests),
    ports: lastOfEach(
      [...ALWAYS_OPEN, ...(role?.listens ?? [])],
      ({ protocol, port }) => `${protocol}/${port}`,
    ),
    deployment: { folders: role?.writes ?? [], ports: role?.opens ?? [] },
    autoUpdate: role?.autoUpdate ?? false,
  };
}

/**
 * Whoever may log in. Not in real time: their owners write there, and OSSEC takes a second for each event, so
 * that anyone could keep it from hearing of anything else.
 */
function keyFolders({ builder, base }: Fleet, role: Role | undefined): WatchedFolder[] {
  const users = [...base.users, ...(role?.users ?? [])].map(({ name }) => name);
  const folders = new Set([builder.ssh.user, ...users].map(keyFolder));
  return [...folders].map((path) => ({ path, realtime: false, reportChanges: false }));
}

function keyFolder(user: string): string {
  return user === 'root' ? '/root/.ssh' : `/home/${user}/.ssh`;
}

function keyFile(folder: string): string {
  return `${folder}/authorized_keys`;
}

/** Releases before 4.2 open the journal and raise no alert from it. */
function systemLog({ systemLog: chosen, frozen }: Ossec): 'journald' | 'rsyslog' {
  if (chosen !== 'auto') return chosen;
  const [major = 0, minor = 0] = (frozen?.version ?? '').replace(/^v/, '').split('.').map(Number);
  const readsJournal = frozen === undefined || frozen.standIn || major > 4 || (major === 4 && minor >= 2);
  return readsJournal ? 'journald' : 'rsyslog';
}

function namedHooks(entries: readonly AlertEntry[]): NamedHook[] {
  const distinct = lastOfEach(
    entries.map(({ hook }) => hook),
    identity,
  );
  return distinct.map((hook, index) => ({ name: `hook-${index + 1}`, ...hook }));
}

/** A later entry for a rule, such as a role's, takes the place of an earlier one. */
function routes(entries: readonly AlertEntry[], hooks: readonly NamedHook[], { frozen }: Ossec): Route[] {
  const all = entries.flatMap(({ rule, hook, level, description }) => {
    const name = hooks.find((named) => identity(named) === identity(hook))?.name ?? '';
    return idsOf(rule, frozen?.rules).map((ruleId): Route => ({ ruleId, hook: name, level, description }));
  });
  return lastOfEach(all, ({ ruleId }) => ruleId).toSorted((a, b) => a.ruleId - b.ruleId);
}

function identity({ url, format }: Hook): string {
  return JSON.stringify([format, url.kind, url.kind === 'in-image' ? url.environmentVariable : url.name]);
}

/** In the order of the first of each, with what the last one says. */
function lastOfEach<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
