/** Lines of `alerts.json`. */

export interface Wanted {
  readonly rule?: number;
  readonly level?: number;
  readonly description?: string;
  /** Seconds since the epoch. */
  readonly time?: number;
  readonly host?: string;
  readonly log?: string;
  readonly file?: string;
  readonly address?: string;
}

export function alertLine(wanted: Wanted = {}): string {
  const { rule = 5720, level = 10, description = 'Guessing', time = 1_793_518_262, host = 'h1' } = wanted;
  const { log = 'sshd: no', file, address } = wanted;
  return JSON.stringify({
    rule: { level, comment: description, sidid: rule },
    id: '1793518262.4711',
    TimeStamp: time * 1000,
    location: '/var/log/auth.log',
    full_log: log,
    hostname: host,
    logfile: '/var/log/auth.log',
    ...(file === undefined ? {} : { SyscheckFile: { path: file } }),
    ...(address === undefined ? {} : { srcip: address }),
  });
}
