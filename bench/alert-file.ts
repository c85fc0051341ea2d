/** A week of alerts of many hosts, as large as one likes: noise, a storm a day, and rare changes of files. */

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const DAY = 86_400;
const DAYS = 7;
const ALERTS_A_CHUNK = 1000;

/** Rule, level and what it says: of each kind in turn. */
const RULES = [
  [5716, 5, 'SSHD authentication failed.'],
  [5710, 5, 'Attempt to login using a non-existent user'],
  [5501, 3, 'Login session opened.'],
  [1002, 2, 'Unknown problem somewhere in the system.'],
  [31101, 5, 'Web server 400 error code.'],
  [5720, 10, 'Multiple SSHD authentication failures.'],
  [31151, 10, 'Multiple web server 400 error codes from same source ip.'],
  [510, 7, 'Host-based anomaly detection event (rootcheck).'],
  [5402, 3, 'Successful sudo to ROOT executed'],
  [2902, 7, 'New dpkg (Debian Package) installed.'],
] as const;
const CHANGED = [550, 7, 'Integrity checksum changed.'] as const;
/** One of so many alerts is about a file. */
const FILES_EVERY = 10;
const FILES = 1000;

export interface Wanted {
  readonly hosts: number;
  readonly bytes: number;
  /** Seconds since the epoch of the newest alert. */
  readonly until: number;
}

/** The same bytes for the same wishes. */
export async function writeAlertFile(path: string, wanted: Wanted): Promise<void> {
  await pipeline(Readable.from(chunks(wanted)), createWriteStream(path));
}

function* chunks({ hosts, bytes, until }: Wanted): Generator<string> {
  const random = numbers();
  let written = 0;
  let stormDay = 0;
  for (let _number = 0; written < bytes; ) {
    const time = until - DAYS * DAY + Math.floor((DAYS * DAY * written) / bytes);
    const day = Math.floor(time / DAY);
    const lines = day === stormDay ? [] : storm(hosts, time);
    stormDay = day;
    for (let one = 0; one < ALERTS_A_CHUNK; one += 1, _number += 1) lines.push(noise(hosts, time, random));
    const chunk = lines.join('');
    written += chunk.length;
    yield chunk;
  }
}

/** A push changes one file everywhere. */
function storm(hosts: number, time: number): string[] {
  return Array.from({ length: hosts }, (_, host) =>
    line(CHANGED, { host, time, file: '/var/ossec/etc/ossec.conf' }),
  );
}

function noise(hosts: number, time: number, random: (below: number) => number): string {
  const host = random(hosts);
  if (random(FILES_EVERY) === 0) return line(CHANGED, { host, time, file: `/etc/app/${random(FILES)}` });
  const address = `203.0.${random(256)}.${random(256)}`;
  return line(RULES[random(RULES.length)] ?? RULES[0], { host, time, address });
}

interface About {
  readonly host: number;
  readonly time: number;
  readonly file?: string;
  readonly address?: string;
}

function line(
  [sidid, level, comment]: readonly [number, number, string],
  { host, time, file, address }: About,
): string {
  const name = `ip-10-0-${Math.floor(host / 200)}-${host % 200}`;
  const said =
    file === undefined
      ? `Nov 24 10:00:00 ${name} sshd[4711]: Failed password for root from ${address} port 4022 ssh2`
      : `Integrity checksum changed for: '${file}'\nOld md5sum was: 'd41d8cd98f00b204e9800998ecf8427e'`;
  const source = file === undefined ? '/var/log/auth.log' : 'syscheck';
  return `${JSON.stringify({
    rule: { level, comment, sidid, group: 'syslog,sshd,authentication_failures,' },
    id: `${time}.4711`,
    TimeStamp: time * 1000,
    location: `${name}->${source}`,
    full_log: said,
    hostname: name,
    program_name: 'sshd',
    logfile: source,
    ...(file === undefined ? { srcip: address } : { SyscheckFile: { path: file } }),
  })}\n`;
}

/** Whole numbers below a limit, in an order that looks like none (mulberry32). */
function numbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
