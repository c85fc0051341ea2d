/** How an image is tampered with, and which alarm each must ring: the same for every fleet. Pure. */

import type { OssecConfig } from '../ossec/config.ts';
import { UNDECLARED_PORT } from '../ossec/own-rule-ids.ts';
import type { LeftOut, Plant } from './model.ts';

/** Rules of OSSEC's own. */
const CHANGED = 550;
const CHANGED_AGAIN = [550, 551, 552];
const DELETED = 553;
const ADDED = 554;
const ROOTKIT = 510;
const BRUTE_FORCE = 5720;

/** In real time OSSEC takes a second for each event, and these come together. */
const REALTIME_SECONDS = 60;
const LOG_SECONDS = 15;
/** Until the scans after a restart have ended. */
const RESTART_SECONDS = 180;

/** A file that OSSEC's list of rootkits names. */
const ROOTKIT_FILE = '/tmp/mcliZokhb';

const WINDOW_FILE = '/etc/bake-verify-window';

type Bare = Plant extends infer One ? (One extends Plant ? Omit<One, 'hook' | 'at_restart'> : never) : never;

const CONFIG = { below: '/etc', program: false } as const;

function changed(name: string, path: string): Bare {
  return { name, kind: 'append', path, rules: [CHANGED], within_seconds: REALTIME_SECONDS };
}

function added(name: string, path: string, text: string, mode: string): Bare {
  return { name, kind: 'create', path, text, mode, rules: [ADDED], within_seconds: REALTIME_SECONDS };
}

function allPlants(loginKeys: string): Bare[] {
  return [
    {
      name: 'a changed program',
      kind: 'append',
      below: '/usr/bin',
      program: true,
      rules: [CHANGED],
      within_seconds: REALTIME_SECONDS,
    },
    {
      name: 'a changed configuration file',
      kind: 'append',
      ...CONFIG,
      rules: [CHANGED],
      within_seconds: REALTIME_SECONDS,
    },
    {
      name: 'a deleted file',
      kind: 'delete',
      ...CONFIG,
      rules: [DELETED],
      within_seconds: REALTIME_SECONDS,
    },
    added('a new setuid program', '/usr/bin/bake-verify', '#!/bin/sh\n', '4755'),
    added('a new file in a watched folder', '/etc/bake-verify', 'planted\n', '0644'),
    added('a new cron entry', '/etc/cron.d/bake-verify', '# planted\n', '0644'),
    added('a new sudoer', '/etc/sudoers.d/bake-verify', '# planted\n', '0440'),
    changed("a key added to root's", '/root/.ssh/authorized_keys'),
    changed('a key added to those of the user who logs in', loginKeys),
    changed("OSSEC's own configuration", '/var/ossec/etc/ossec.conf'),
    changed('where notifications go', '/etc/bake/ossec/notify.json'),
    changed('a file of the first boot, after it', '/etc/ssh/ssh_host_ed25519_key.pub'),
    {
      name: 'a port that nothing declares',
      kind: 'listen',
      rules: [UNDECLARED_PORT],
      within_seconds: LOG_SECONDS,
    },
    { name: 'failed logins', kind: 'log-in', rules: [BRUTE_FORCE], within_seconds: LOG_SECONDS },
    {
      ...{ name: 'a file that no deployment declares, in a maintenance window', kind: 'create' },
      ...{ path: WINDOW_FILE, text: 'planted\n', mode: '0644', in_window: true },
      ...{ rules: [ADDED], within_seconds: REALTIME_SECONDS },
    },
    {
      name: "a rootkit's file",
      kind: 'create',
      path: ROOTKIT_FILE,
      text: '',
      mode: '0644',
      rules: [ROOTKIT],
      within_seconds: RESTART_SECONDS,
    },
  ];
}

export interface Tamperings {
  readonly plants: readonly Plant[];
  readonly leftOut: readonly LeftOut[];
}

/** What can't be heard because the fleet file says so in as many words is left out, and named. */
export function tamperings(config: OssecConfig): Tamperings {
  const judged = allPlants(config.loginKeys).map((plant) => ({ plant, because: whyNot(plant, config) }));
  return {
    plants: judged.flatMap(({ plant, because }) => (because === undefined ? [routed(plant, config)] : [])),
    leftOut: judged.flatMap(({ plant, because }) =>
      because === undefined ? [] : [{ name: plant.name, because }],
    ),
  };
}

/** What release 4.2.0 misses. */
export function sequence(config: OssecConfig) {
  return {
    ...{ name: 'a file changed while OSSEC was stopped', ...CONFIG },
    ...{ rules: CHANGED_AGAIN, hook: hookOf(CHANGED_AGAIN, config), within_seconds: RESTART_SECONDS },
  };
}

function routed(plant: Bare, config: OssecConfig): Plant {
  const atRestart = plant.rules.includes(ROOTKIT) || !isRealtime(plant, config);
  return {
    ...plant,
    hook: hookOf(plant.rules, config),
    at_restart: atRestart,
    within_seconds: atRestart ? RESTART_SECONDS : plant.within_seconds,
  };
}

function whyNot(plant: Bare, { rootcheck, ignore, deployment }: OssecConfig): string | undefined {
  if (plant.rules.includes(ROOTKIT))
    return rootcheck.enabled ? undefined : 'the fleet file has `rootcheck` off';
  const path = placeOf(plant);
  const declared = deployment.folders.find((folder) => WINDOW_FILE.startsWith(`${folder}/`));
  if (path === WINDOW_FILE && declared !== undefined) return `deployments may change ${declared}`;
  const ignored = path === undefined ? undefined : ignore.find((prefix) => path.startsWith(prefix));
  return ignored === undefined ? undefined : `the fleet file ignores ${ignored}`;
}

/** Only what is watched without real time has to wait for a scan; what is not watched at all is to be found out. */
function isRealtime(plant: Bare, { folders }: OssecConfig): boolean {
  const path = placeOf(plant);
  if (path === undefined) return true;
  const watching = folders.filter((folder) => path === folder.path || path.startsWith(`${folder.path}/`));
  return watching.length === 0 || watching.some(({ realtime }) => realtime);
}

function placeOf(plant: Bare): string | undefined {
  if ('path' in plant) return plant.path;
  return 'below' in plant ? plant.below : undefined;
}

/** What a fleet file might keep from ringing. */
export interface TamperingPlace {
  readonly name: string;
  /** Rules of which one has to ring. */
  readonly rules: readonly number[];
  /** A file, or a folder in which any may be changed; `*` is any folder. Undefined: it is no file. */
  readonly path: string | undefined;
  /** It is done in a maintenance window. */
  readonly isInWindow: boolean;
}

/** Where images are tampered with. */
export function tamperingPlaces(): TamperingPlace[] {
  return allPlants('/home/*/.ssh/authorized_keys').map((plant) => ({
    ...{ name: plant.name, rules: plant.rules, path: placeOf(plant) },
    isInWindow: 'in_window' in plant && plant.in_window === true,
  }));
}

function hookOf(rules: readonly number[], { routes }: OssecConfig): string | null {
  return routes.find(({ ruleId }) => rules.includes(ruleId))?.hook ?? null;
}
