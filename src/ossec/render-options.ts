/** `local_internal_options.conf`: how fast OSSEC works. Pure. */

/**
 * By default a scan is paced so that files are watched in real time only minutes after a boot. This one rests for a
 * second after each 300 files, so that the daemons take less than a tenth of a core, and a scan some 20 s longer than
 * without a rest. Log files are looked at every second.
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
