/** A prediction for people: what is going to happen, at most 80 columns wide. Pure. */

import stringWidth from 'string-width';
import { formatDuration } from '../../report/duration.ts';
import { quoteTerminal } from '../../report/terminal-text.ts';
import { counted } from '../preflight/facts.ts';
import { ASSUMPTIONS } from '../refresh/assumptions.ts';
import { chart, LEGEND } from './chart.ts';
import type { Batch, Pause, Prediction } from './predict.ts';

const WIDEST = 80;
/** Steps that are listed; of more, the first ones. */
const MOST_STEPS = 8;
/** Instances that are named in a step. */
const MOST_IDS = 3;

/** The lines of one group. Names are quoted for a terminal. */
export function describePrediction(group: string, prediction: Prediction): string[] {
  const drawing = chart(prediction);
  return [
    ...wrapped(headline(group, prediction)),
    ...wrapped(`  ${bounds(prediction)}`),
    ...leftAlone(prediction),
    ...(drawing.length === 0 ? [] : ['', ...drawing, `      ${LEGEND}`, '', ...steps(prediction)]),
    ...assumed(prediction),
  ];
}

function headline(group: string, { status, durationSeconds, batches, desiredCapacity }: Prediction): string {
  const name = quoteTerminal(group);
  const size = counted(desiredCapacity, 'instance');
  const launched = batches.reduce((sum, batch) => sum + batch.launched, 0);
  const time = formatDuration(durationSeconds * 1000);
  if (status !== 'Successful') return `${name}: the refresh of ${size} is going to fail after ${time}`;
  if (launched === 0) return `${name}: nothing is replaced of ${size}`;
  return `${name}: replaces ${launched} of ${size} in about ${time}`;
}

function bounds({ lowestReady, minimumReady, highestRunning, maximumRunning }: Prediction): string {
  return (
    `at the lowest ${lowestReady} ready (${minimumReady} allowed), ` +
    `at the highest ${highestRunning} running (${maximumRunning} allowed)`
  );
}

function leftAlone({ untouched, waitedFor }: Prediction): string[] {
  return [
    ...(untouched.length === 0 ? [] : wrapped(`  left as they are: ${few(untouched)}`)),
    ...(waitedFor.length === 0 ? [] : wrapped(`  waited for in vain: ${few(waitedFor)}`)),
  ];
}

type Step = (Batch & { readonly kind: 'batch' }) | (Pause & { readonly kind: 'pause' });

function steps({ batches, pauses }: Prediction): string[] {
  const all: Step[] = [
    ...batches.map((batch) => ({ kind: 'batch' as const, ...batch })),
    ...pauses.map((pause) => ({ kind: 'pause' as const, ...pause })),
  ].toSorted((one, other) => one.atSeconds - other.atSeconds);
  const more = all.length - MOST_STEPS;
  return [
    ...all
      .slice(0, MOST_STEPS)
      .flatMap((step) => wrapped(`  ${clock(step.atSeconds)}  ${stepWords(step)}`, 11)),
    ...(more > 0 ? [`  … and ${counted(more, 'step')} more`] : []),
  ];
}

function stepWords(step: Step): string {
  if (step.kind === 'pause') {
    return `checkpoint ${step.percent} %: waits ${formatDuration((step.untilSeconds - step.atSeconds) * 1000)}`;
  }
  return [
    ...(step.launched === 0 ? [] : [`launches ${step.launched}`]),
    ...(step.terminated.length === 0 ? [] : [`terminates ${few(step.terminated)}`]),
  ].join(', ');
}

/** The first of them; `--json` has all. */
function few(ids: readonly string[]): string {
  const more = ids.length - MOST_IDS;
  const shown = ids.slice(0, MOST_IDS).map(quoteTerminal).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** `1:05:00` since the start. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return text.padStart(7);
}

function assumed({ assumptions }: Prediction): string[] {
  if (assumptions.length === 0) return [];
  return [
    '',
    "Assumed, since AWS's documentation leaves it open:",
    ...assumptions.flatMap((assumption) => wrapped(`  - ${ASSUMPTIONS[assumption]}`, 4)),
  ];
}

/** Breaks at blanks; lines after the first are indented. A word that is too long stays whole. */
function wrapped(text: string, indent = 4): string[] {
  const start = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = start;
  for (const word of text.trim().split(' ')) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (stringWidth(longer) > WIDEST && line.trim() !== '') {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
