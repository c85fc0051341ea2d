/** What the notifier on an instance is told: `notify.json`, ports that may be open, and what deployments change. Pure. */

import type { HookUrl, Listener } from '../fleet/model.ts';
import type { NamedHook, OssecConfig, Route } from './config.ts';

/** Seconds between two probes of the way from a log line to an alert. */
const PROBE_SECONDS = 600;

/** How long OSSEC's own scan may take once it begins. */
const SCAN_SECONDS = 3600;

/** What a scan finds later than this is notified, however seldom the image scans. */
const LONGEST_LATE_SECONDS = 25 * 3600;

/** Where the URL of a hook that was baked into the image lies. */
export function hookFile(hook: string): string {
  return `/etc/bake/ossec/hooks/${hook}.url`;
}

export function renderNotify(config: OssecConfig): string {
  const { fleet, image, hooks, routes, notifications } = config;
  const file = {
    fleet,
    image,
    hooks: Object.fromEntries(hooks.map((hook) => [hook.name, { url: url(hook), format: hook.format }])),
    routes: Object.fromEntries(routes.map((route) => [String(route.ruleId), target(route)])),
    per_minute: notifications.perMinute,
    heartbeat_seconds: notifications.heartbeatSeconds ?? null,
    probe_seconds: PROBE_SECONDS,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** One `tcp/80` a line. */
export function renderPorts({ ports }: OssecConfig): string {
  return ports.map((port) => `${portName(port)}\n`).join('');
}

/** What a maintenance window covers, and how long after it OSSEC may find what was changed inside. */
export function renderMaintenance({ deployment, autoUpdate, syscheckSeconds }: OssecConfig): string {
  const file = {
    folders: deployment.folders,
    ports: deployment.ports.map(portName),
    packages: autoUpdate,
    late_seconds: Math.min(syscheckSeconds + SCAN_SECONDS, LONGEST_LATE_SECONDS),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function portName({ protocol, port }: Listener): string {
  return `${protocol}/${port}`;
}

function url({ name, url: from }: NamedHook): Record<string, string> {
  const kinds: { readonly [kind in HookUrl['kind']]: string } = {
    'ssm-parameter': 'ssm_parameter',
    'secrets-manager': 'secrets_manager',
    'in-image': 'file',
  };
  return { [kinds[from.kind]]: from.kind === 'in-image' ? hookFile(name) : from.name };
}

/** What is undefined is left out. */
function target({ hook, level, description }: Route): Record<string, unknown> {
  return { hook, level, description };
}
