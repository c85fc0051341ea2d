/** The alerts of one rule, whole, for a terminal or a CI log. Pure. */

import { readAlert } from '../../alerts/read-alert.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { counted, secondOf } from './words.ts';

/** Of one instance, or of one file. */
export interface Details {
  readonly host: string;
  readonly count: number;
  /** As OSSEC wrote them, the oldest first. */
  readonly lines: readonly string[];
}

export interface RuleDetails {
  readonly rule: number;
  readonly details: readonly Details[];
  readonly problems: Readonly<Record<string, string>>;
}

export function detailLines({ rule, details, problems }: RuleDetails): string[] {
  return [
    ...(details.length === 0 ? [`no alert of rule ${rule}`] : details.flatMap(hostLines)),
    ...Object.entries(problems).map(([host, problem]) => quoteTerminal(`${host}: ${problem}`)),
  ];
}

function hostLines({ host, count, lines }: Details): string[] {
  const newest = count > lines.length ? `, the newest ${lines.length} of them` : '';
  return [quoteTerminal(`${host}: ${counted(count, 'alert')}${newest}`), ...lines.flatMap(wholeAlert)];
}

function wholeAlert(line: string): string[] {
  const alert = readAlert(line, line.length);
  if (alert === undefined) return [`  ${quoteTerminal(line)}`];
  const { time, host, level, description, source, log } = alert;
  const parts = [time === undefined ? '' : secondOf(time), host, source];
  return [
    `  ${quoteTerminal([...parts.filter((part) => part !== ''), `level ${level}: ${description}`].join('  '))}`,
    // OSSEC puts several lines into one log: those of a changed file, or of a program's output.
    ...log
      .trim()
      .split('\n')
      .map((part) => `      ${quoteTerminal(part)}`),
  ];
}
