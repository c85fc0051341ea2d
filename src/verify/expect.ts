/** What a role's image should be on its boot. Pure. */

import { createHash } from 'node:crypto';
import type { Fleet, Role } from '../fleet/model.ts';
import { effectiveOssec, type OssecConfig } from '../ossec/config.ts';
import { ossecFiles } from '../ossec/files.ts';
import type { Expectation } from './model.ts';
import { sequence, tamperings } from './plants.ts';

/** Generous: a disk may be slow, and folders huge. */
const SCAN_SECONDS = 1800;

/** As many plants as there are, and some more, fit into one minute of notifications. */
const PLENTY_A_MINUTE = 25;

/** Where an image has what is rendered for its OSSEC. */
const PLACES: Readonly<Record<string, string>> = {
  'ossec.conf': '/var/ossec/etc/ossec.conf',
  'local_internal_options.conf': '/var/ossec/etc/local_internal_options.conf',
  'bake_rules.xml': '/var/ossec/rules/bake_rules.xml',
  'local_rules.xml': '/var/ossec/rules/local_rules.xml',
  'notify.json': '/etc/bake/ossec/notify.json',
  'ports.allow': '/etc/bake/ossec/ports.allow',
  'maintenance.json': '/etc/bake/ossec/maintenance.json',
};

const COMPILER = /^(?:build-essential|make|(?:gcc|g\+\+|clang|cpp)(?:-[\d.]+)?)$/;

export function expectationOf(fleet: Fleet, role: Role): Expectation {
  const config = effectiveOssec(fleet, role);
  const { frozen } = fleet.ossec;
  const layers = [fleet.base, role];
  const users = layers.flatMap((layer) => layer.users);
  return {
    watches: fleet.ossec.tarball !== undefined && frozen?.standIn !== true,
    scan_seconds: SCAN_SECONDS,
    version: frozen === undefined || frozen.standIn ? null : frozen.version,
    email: config.email !== undefined,
    files: digests(config),
    keys: [...fleet.base.authorizedKeys, ...users.flatMap((user) => user.authorizedKeys)].map(blob),
    has_compiler: layers.some(({ packages }) => packages.some((name) => COMPILER.test(name))),
    checks: [...fleet.verify.checks, ...role.verify.checks].map(({ name, run, withinSeconds }) => ({
      ...{ name, run },
      within_seconds: withinSeconds,
    })),
    tampering: {
      pause_seconds: pauseSeconds(config),
      plants: tamperings(config).plants,
      sequence: sequence(config),
    },
  };
}

function digests(config: OssecConfig): Record<string, string> {
  const placed = ossecFiles(config).flatMap(({ path, content }) => {
    const place = PLACES[path];
    return place === undefined ? [] : [[place, sha256(content)] as const];
  });
  return Object.fromEntries(placed);
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The key itself, whatever options and comment its line has. */
function blob(line: string): string {
  return /\bAAAA[A-Za-z0-9+/=]+/.exec(line)?.[0] ?? line;
}

function pauseSeconds({ notifications: { perMinute } }: OssecConfig): number {
  return perMinute >= PLENTY_A_MINUTE ? 0 : Math.ceil(60 / perMinute);
}
