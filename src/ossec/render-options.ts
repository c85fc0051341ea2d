/** `local_internal_options.conf`: how fast OSSEC works. Pure. */

/**
 * By default a scan is paced so that files are watched in real time only minutes after a boot. With the shortest rest
 * that there is, syscheckd takes a twentieth of a core and real time begins 85 s after a boot; without any, it is an
 * eighth of a core and 33 s (4.1.0, 1,800 files). Log files are looked at every second.
 */
const OPTIONS: Readonly<Record<string, number>> = {
  'logcollector.loop_timeout': 1,
  'rootcheck.sleep': 0,
  'syscheck.sleep': 1,
  'syscheck.sleep_after': 300,
};

export function renderInternalOptions(): string {
  const lines = Object.entries(OPTIONS).map(([name, value]) => `${name}=${value}\n`);
  return ['# Rendered by bake.\n', ...lines].join('');
}
