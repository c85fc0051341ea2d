/** `local_internal_options.conf`: how fast OSSEC works. Pure. */

/**
 * By default the first scan begins late and is paced so that files are watched in real time only minutes
 * after a boot; so it works through its folders without pauses. Log files are looked at every second.
 */
const OPTIONS: Readonly<Record<string, number>> = {
  'logcollector.loop_timeout': 1,
  'rootcheck.sleep': 0,
  'syscheck.sleep': 0,
  'syscheck.sleep_after': 1000,
};

export function renderInternalOptions(): string {
  const lines = Object.entries(OPTIONS).map(([name, value]) => `${name}=${value}\n`);
  return ['# Rendered by bake.\n', ...lines].join('');
}
