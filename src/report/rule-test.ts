/** What OSSEC makes of log lines, and how tests of its rules end, for people. Pure. */

import type { NamedHook } from '../ossec/config.ts';
import type { LogLine } from '../ossec/log-lines.ts';
import type { LineEvent, TestResult } from '../ossec/rule-answer.ts';
import { hookLine } from './hooks.ts';
import { table } from './table.ts';
import { quoteTerminal } from './terminal-text.ts';

const HEADER = ['LINE', 'RULE', 'LEVEL', 'DECODER', 'ALERT', 'HOOK', 'TEXT'];

/** One row a line, then the hooks that get an alert. Both lists have the same order. */
export function eventLines(
  lines: readonly LogLine[],
  events: readonly LineEvent[],
  hooks: readonly NamedHook[],
): string[] {
  const rows = lines.map(({ number, text }, index) => [String(number), ...cells(events[index]), text]);
  const used = hooks.filter(({ name }) => events.some(({ hook }) => hook === name));
  const alerts = events.filter(({ alert }) => alert).length;
  const posted = events.filter(({ hook }) => hook !== null).length;
  return [
    ...table([HEADER, ...rows]),
    '',
    ...used.map(hookLine),
    `${counted(lines.length, 'line')}; alerts: ${alerts}, posted to a hook: ${posted}`,
  ];
}

function cells(event: LineEvent | undefined): string[] {
  const { rule = null, level = null, decoder = null, alert = false, hook = null } = event ?? {};
  return [rule, level, decoder, alert ? 'yes' : 'no', hook].map((cell) => String(cell ?? '-'));
}

export function passed({ wrong }: TestResult): boolean {
  return wrong.length === 0;
}

/** ✔ or ✖ a test; of one that failed also what was expected, and what is. */
export function testLines(image: string, tests: readonly TestResult[]): string[] {
  const failed = tests.filter((test) => !passed(test)).length;
  return [
    ...tests.flatMap((test) => resultLines(image, test)),
    `${image}: ${counted(tests.length, 'rule test')}, ${failed === 0 ? 'all pass' : `${failed} failed`}`,
  ];
}

function resultLines(image: string, test: TestResult): string[] {
  const title = quoteTerminal(`${image}: ${test.name}${test.own ? " (bake's own)" : ''}`);
  if (passed(test)) return [`✔ ${title}`];
  return [
    `✖ ${title}`,
    `    expected: ${quoteTerminal(expected(test))}`,
    `    actual:   ${quoteTerminal(actual(test.event))}`,
    ...test.lines.slice(-1).map((line) => `    line:     ${quoteTerminal(line)}`),
  ];
}

function expected({ rule, level, decoder, notified }: TestResult): string {
  return [
    rule === 'none' ? 'no alert' : `rule ${rule}`,
    ...(level === undefined ? [] : [`level ${level}`]),
    ...(decoder === undefined ? [] : [`decoder ${decoder}`]),
    ...(notified === undefined ? [] : [notified ? 'posted to a hook' : 'posted to no hook']),
  ].join(', ');
}

function actual(event: LineEvent | null): string {
  if (event === null) return 'OSSEC did not answer for every line';
  const { rule, level, decoder, alert, hook } = event;
  return [
    rule === null ? 'no rule' : `rule ${rule}, level ${level}`,
    decoder === null ? 'no decoder' : `decoder ${decoder}`,
    alert ? `an alert, posted to ${hook ?? 'no hook'}` : 'no alert',
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
