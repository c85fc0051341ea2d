/** One line of `alerts.json`. Pure. */

import { UNDECLARED_PORT } from '../ossec/own-rule-ids.ts';
import type { Alert, Subject } from './model.ts';

/** How much of a text is kept: a summary shows a line of it. */
const LONGEST_LOG = 600;
const LONGEST_NAME = 300;

/** Undefined where the line is not an alert, whatever else it is. `longestLog`: how much is kept of its log line. */
export function readAlert(line: string, longestLog = LONGEST_LOG): Alert | undefined {
  const found = parse(line);
  const rule = recordOf(found?.rule);
  const id = numberOf(rule?.sidid, 999_999);
  if (found === undefined || rule === undefined || id === undefined || id === 0) return undefined;
  return {
    rule: id,
    level: numberOf(rule.level, 16) ?? 0,
    description: textOf(rule.comment, LONGEST_NAME),
    time: timeOf(found.TimeStamp),
    host: textOf(found.hostname, LONGEST_NAME),
    log: textOf(found.full_log, longestLog),
    source: textOf(found.logfile ?? found.location, LONGEST_NAME),
    file: textOf(recordOf(found.SyscheckFile)?.path, LONGEST_NAME),
    address: textOf(found.srcip, LONGEST_NAME),
  };
}

/** What the alert is about; of several ports, all of them. */
export function subjectOf({ rule, file, log, address, source }: Alert): Subject {
  if (file !== '') return { kind: 'file', value: file };
  if (rule === UNDECLARED_PORT) {
    const ports = portsIn(log);
    if (ports.length > 0) return { kind: 'port', value: ports.join(', ') };
  }
  if (address !== '') return { kind: 'address', value: address };
  return { kind: 'source', value: source };
}

/** `undeclared=tcp/0.0.0.0:31337(nc)` → `31337/tcp` */
function portsIn(log: string): string[] {
  const found = [...log.matchAll(/\b(tcp|udp)\/\S{1,60}?:(\d{1,5})\(/g)];
  return [...new Set(found.map(([, protocol, port]) => `${port}/${protocol}`))].toSorted();
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string): Fields | undefined {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function numberOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
    ? value
    : undefined;
}

function textOf(value: unknown, longest: number): string {
  if (typeof value !== 'string') return '';
  // A copy: a slice would keep all of the text in memory.
  return value.length <= longest ? value : Buffer.from(value.slice(0, longest)).toString();
}

/** Milliseconds; nothing after the year 2286, or before OSSEC. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 1e12 && value < 1e13)) return undefined;
  return Math.floor(value / 1000);
}
