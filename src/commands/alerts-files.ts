/** `bake alerts --from`: files, folders or standard input instead of instances. */

import { NAME_ALERTS } from '../alerts/file-kind.ts';
import type { Period } from '../alerts/model.ts';
import { readAlert } from '../alerts/read-alert.ts';
import type { Tallied } from '../alerts/tallied.ts';
import { Tally } from '../alerts/tally.ts';
import type { Context } from '../context.ts';
import { Failed, type Failure } from '../failure.ts';
import { type LineSink, readAlertFile } from '../world/alert-files.ts';
import { findAlertSources } from '../world/alert-sources.ts';
import { STANDARD_INPUT } from '../world/log-input.ts';
import { openProgress } from './alerts-progress.ts';

export interface OfFiles {
  readonly title: string;
  readonly tallied: Tallied;
  /** By file: what of it is not known. */
  readonly problems: ReadonlyMap<string, string>;
}

/** @throws Failed where something else was named than alerts */
export async function tallyFiles(
  context: Context,
  from: readonly string[],
  period: Period,
): Promise<OfFiles> {
  const tally = new Tally(period);
  let alerts = 0;
  const problems = await readAlertFiles(context, from, (line, name) => {
    const alert = readAlert(line);
    if (alert === undefined) return false;
    alerts += 1;
    tally.add(alert, name);
    return true;
  });
  if (alerts === 0 && problems.size > 0) refuse(problems);
  return {
    title: titleOf(from),
    tallied: tally.result(),
    problems,
  };
}

function titleOf([first = '', ...more]: readonly string[]): string {
  if (more.length > 0) return `alerts of ${1 + more.length} files`;
  return `alerts of ${first === '-' ? STANDARD_INPUT : first}`;
}

/** Nothing was found, and not because there is nothing: whoever asks must not take that for a quiet day. */
function refuse(problems: ReadonlyMap<string, string>): never {
  throw new Failed(
    [...problems].map(([name, problem]) => ({
      ...{ kind: 'input', problem: `${name} has no alerts: ${problem}` },
      remedy: NAME_ALERTS,
    })),
  );
}

/**
 * Each line that is not blank, with the name of its file, until all were read; `take`: whether it is an alert.
 * @returns by file, what of it could not be read
 * @throws Failed where something else was named than alerts
 */
export async function readAlertFiles(
  { workingFolder, reporter, signal, now }: Context,
  from: readonly string[],
  take: (line: string, name: string) => boolean,
): Promise<Map<string, string>> {
  const sources = await findAlertSources(workingFolder, from);
  const progress = openProgress({ emit: reporter.emit, now }, sources);
  const problems = new Map<string, string>();
  const failures: Failure[] = [];
  for (const source of sources) {
    const { sink, others } = countingOthers((line) => take(line, source.name));
    try {
      const broken = await readAlertFile(source, { ...sink, bytes: progress.read }, signal);
      const said = [...(broken === undefined ? [] : [broken]), ...otherWords(others())];
      if (said.length > 0) problems.set(source.name, said.join('; '));
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      failures.push(...error.failures);
    }
    progress.next();
  }
  progress.end();
  if (failures.length > 0) throw new Failed(failures);
  return problems;
}

function countingOthers(take: (line: string) => boolean): { sink: LineSink; others: () => number } {
  let others = 0;
  return {
    sink: {
      line: (line) => {
        if (line.trim() !== '' && !take(line)) others += 1;
      },
      tooLong: (count) => {
        others += count;
      },
    },
    others: () => others,
  };
}

function otherWords(count: number): string[] {
  if (count === 0) return [];
  return [count === 1 ? '1 line is no alert' : `${count} lines are no alerts`];
}
