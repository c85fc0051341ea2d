/** What a push would do, and has done. Pure. */

import type { InstanceState } from '../../instances/look.ts';
import { type Change, changeKey } from '../../instances/push/change.ts';
import { isMissing, type PushOutcome } from '../../instances/push/outcome.ts';
import type { Planned, PlannedInstance } from '../../instances/push/plan.ts';
import { textDiff } from '../../instances/push/text-diff.ts';
import type { WantedLayer } from '../../instances/push/wanted.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';
import { names } from './wave.ts';

const MOST_LINES = 60;
const MOST_FILES = 12;

/** Instances that look alike are shown once. */
export function planLines(
  { changes, upToDate, unreachable }: Planned,
  layerOf: (instance: PlannedInstance) => WantedLayer,
): string[] {
  const alike = [
    ...Map.groupBy(changes, (one) => `${one.role.name} ${changeKey(one.change, one.state)}`).values(),
  ];
  return [
    ...alike.flatMap((instances) => groupLines(instances, layerOf)),
    ...(upToDate.length > 0 ? [`up to date: ${names(upToDate.map(({ id }) => id))}`] : []),
    ...unreachable.map(({ id, problem }) => quoteTerminal(`${id}: not reached: ${problem}`)),
  ];
}

function groupLines(
  instances: readonly PlannedInstance[],
  layerOf: (instance: PlannedInstance) => WantedLayer,
): string[] {
  const [first] = instances;
  if (first === undefined) return [];
  const { change, state } = first;
  const files = 'files' in change ? change.files : [];
  return [
    quoteTerminal(`${names(instances.map(({ id }) => id))}: ${changeWords(first)}`),
    ...files
      .slice(0, MOST_FILES)
      .flatMap((path) => [
        quoteTerminal(`  ${path}`),
        ...(state.layer[path] !== undefined && state.texts[path] === undefined
          ? ['    differs; what it is now had no room in the answer']
          : fileLines(state, path, layerOf(first))),
      ]),
    ...(files.length > MOST_FILES ? [`  … and ${files.length - MOST_FILES} more files`] : []),
  ];
}

function changeWords({ change, state: { ossec, left } }: PlannedInstance): string {
  if (change.kind === 'repair') return repairWords(change);
  const first = left ? 'an earlier push was ended midway, which is undone first; then ' : '';
  return `${first}${newWords(change, ossec)}`;
}

function repairWords({ isLeft, down }: Extract<Change, { kind: 'repair' }>): string {
  return isLeft
    ? 'an earlier push was ended midway, which is undone first'
    : `OSSEC does not run as a whole, and is started: ${down.join(', ')}`;
}

function newWords(change: Exclude<Change, { kind: 'repair' }>, ossec: string | null): string {
  if (change.kind === 'install') {
    return change.instead === undefined
      ? 'has no OSSEC: it is installed'
      : `has ${change.instead}, which is uninstalled first`;
  }
  if (change.kind === 'version') return versionWords(change);
  return `configuration of OSSEC ${ossec ?? ''}`;
}

function versionWords({ from, to }: { readonly from: string; readonly to: string }): string {
  const number = (version: string) => version.replace(/^v/, '');
  const what = number(from) === number(to) ? 'another build of OSSEC' : 'OSSEC';
  return `${what} ${to} in the place of ${from}`;
}

function fileLines(state: InstanceState, path: string, { files }: WantedLayer): string[] {
  const file = files.find((one) => one.path === path);
  const now = state.owners[path];
  const owner = file && `${file.mode} ${file.owner} ${file.group}`;
  return [
    ...contentLines(state, path, file),
    ...(now === undefined || owner === undefined || now === owner
      ? []
      : [quoteTerminal(`    ${owner} in the place of ${now}`)]),
  ];
}

/** An instance tells the texts of configurations, as far as they have room, and of programs only what they are. */
function contentLines(
  { layer, programs, texts }: InstanceState,
  path: string,
  file: WantedLayer['files'][number] | undefined,
): string[] {
  const now = layer[path] ?? programs[path];
  if (now === undefined || texts[path] !== undefined) return diffLines(texts[path], file?.content);
  if (file === undefined) return ['    is removed'];
  if (now === file.sha256) return [];
  return path in programs
    ? ["    is another version of bake's own"]
    : ['    differs; what it is now had no room in the answer'];
}

function diffLines(before: string | undefined, after: string | undefined): string[] {
  if (before === undefined && after === undefined) return [];
  const lines = textDiff(before ?? '', after ?? '');
  if (lines === undefined) return ['    differs in very many lines'];
  const shown = lines.slice(0, MOST_LINES);
  return [
    ...shown.map(({ kind, text }) => quoteTerminal(`    ${kind === 'added' ? '+' : '-'} ${text}`)),
    ...(lines.length > shown.length ? [`    … and ${lines.length - shown.length} more lines`] : []),
  ];
}

/** Each instance, those that failed first, and how long nobody has watched. */
export function outcomeLines(outcomes: readonly PushOutcome[]): string[] {
  const order = [
    'broken',
    'rolled-back',
    'refused',
    'unknown',
    'unreachable',
    'not-started',
    'updated',
    'skipped',
  ];
  const sorted = outcomes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return [
    ...table(sorted.map((one) => [one.instanceId, kindWords(one.kind), one.reason || gapWords(one)])),
    ...totals(outcomes),
    ...(outcomes.some(isMissing) ? ['→ run the same command again to go on with what is missing'] : []),
  ];
}

export function kindWords(kind: PushOutcome['kind']): string {
  if (kind === 'rolled-back') return 'rolled back';
  if (kind === 'broken') return 'half done';
  if (kind === 'not-started') return 'not started';
  if (kind === 'skipped') return 'up to date';
  return kind === 'unknown' ? 'not known how it ended' : kind;
}

export function gapWords({ linesSeconds, filesSeconds, replayedLines }: PushOutcome): string {
  return [
    ...(linesSeconds === undefined || linesSeconds === 0 ? [] : [`log lines unheard for ${linesSeconds} s`]),
    ...(replayedLines === undefined ? [] : [`${replayedLines} of them brought afterwards`]),
    ...(filesSeconds === undefined ? [] : [scanWords(filesSeconds)]),
  ].join(', ');
}

function scanWords(seconds: number | null): string {
  return seconds === null
    ? 'not all files compared again yet: the scan goes on'
    : `files compared again after ${seconds} s`;
}

function totals(outcomes: readonly PushOutcome[]): string[] {
  const counts = Map.groupBy(outcomes, ({ kind }) => kind);
  const words = [...counts].map(([kind, all]) => `${all.length} ${kindWords(kind)}`);
  const lines = Math.max(0, ...outcomes.map(({ linesSeconds = 0 }) => linesSeconds));
  if (lines === 0) return [words.join(', ')];
  const files = Math.max(0, ...outcomes.map(({ filesSeconds }) => filesSeconds ?? 0));
  const late = outcomes.filter(({ filesSeconds }) => filesSeconds === null).length;
  return [
    words.join(', '),
    [
      `at most ${lines} s without log lines`,
      ...(files > 0 ? [`${files} s until all files were compared again`] : []),
      ...(late > 0 ? [`on ${late} the scan of files goes on`] : []),
    ].join(', '),
  ];
}
