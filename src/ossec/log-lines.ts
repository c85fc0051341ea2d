/** A log file's lines as OSSEC can take them. Pure. */

import { Failed, type InputFailure } from '../failure.ts';

export interface LogLine {
  /** From 1, as editors count. */
  readonly number: number;
  readonly text: string;
}

/** What ossec-logtest takes as one event, in bytes; it cuts longer lines into several and skips shorter ones. */
const BYTES = { least: 2, most: 6134 };
/** Each takes half a kilobyte of memory. */
const LINES = 100_000;

/**
 * The lines that are not blank. What is not UTF-8 has been replaced by who decoded it.
 * @throws Failed with each line that OSSEC would not see as one; `name` is the file's, for people
 */
export function readLogLines(name: string, text: string): LogLine[] {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line }))
    .filter((line) => Buffer.byteLength(line.text) >= BYTES.least);
  const failures = lines.flatMap((line): InputFailure[] => {
    const problem = whyNot(line.text);
    return problem === undefined
      ? []
      : [{ kind: 'input', problem: `${name}, line ${line.number}: ${problem}` }];
  });
  if (lines.length > LINES) failures.push(tooMany(name, lines.length));
  if (failures.length > 0) throw new Failed(failures);
  return lines;
}

function whyNot(text: string): string | undefined {
  if (text.includes('\0')) return 'it has a null byte, at which OSSEC would stop to read';
  const bytes = Buffer.byteLength(text);
  if (bytes > BYTES.most) return `it has ${bytes} bytes, and OSSEC takes ${BYTES.most} as one line`;
  return undefined;
}

function tooMany(name: string, count: number): InputFailure {
  return {
    kind: 'input',
    problem: `${name} has ${count} lines`,
    remedy: `test ${LINES} lines at most at a time`,
  };
}
