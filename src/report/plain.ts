/** For a CI log: one line an event, with the time since the start, nothing that moves. */

import type { BakeEvent } from '../events.ts';
import { formatDuration } from './duration.ts';
import { formatFailure } from './failure.ts';
import { formatInputFailure } from './input-failure.ts';
import { waveWords } from './instances/wave.ts';
import { outcomeWords, wasWorkedOn } from './outcome.ts';
import { phaseWords } from './phases.ts';
import type { Output, Reporter } from './reporter.ts';
import { linesOn } from './screen.ts';
import { quoteTerminal } from './terminal-text.ts';
import { verifyLines } from './verify/lines.ts';

export function plainReporter(output: Output): Reporter {
  const start = output.now();
  return {
    emit: (event) => {
      const stamp = isAboutInput(event) ? '' : `${clock(output.now() - start)} `;
      for (const line of plainLines(event)) output.stderr.write(`${stamp}${line}\n`);
    },
    result: (_value, lines) => {
      for (const line of linesOn(output.stdout, lines)) output.stdout.write(`${line}\n`);
    },
    ask: async () => false,
    close: async () => {},
  };
}

/** What a CI log says of an event; pure. */
export function plainLines(event: BakeEvent): string[] {
  switch (event.type) {
    case 'setup.started':
      return [`${event.item}: ${quoteTerminal(event.detail)}`];
    case 'setup.progress':
      return [`${event.item}: … ${quoteTerminal(event.detail)}`];
    case 'setup.finished':
      return [`${event.item}: ${quoteTerminal(event.detail)}`];
    case 'notice':
      return noticeLines(event);
    case 'run.started':
      return [
        `run ${event.runId}: ${event.images.join(', ')} of the ${event.fleet} fleet${event.rehearsal ? ' (rehearsal)' : ''}`,
      ];
    case 'image.started':
      return [`[${event.image}] the whole log: ${quoteTerminal(event.log)}`];
    case 'image.phase':
      return [`[${event.image}] ${phaseWords(event.phase, event.step)}`];
    case 'image.output':
      return [`[${event.image}]   ${quoteTerminal(event.text)}`];
    case 'image.stalled':
      return [
        `[${event.image}] warning: Packer has said nothing for a minute, and AWS fails bake, too: ${quoteTerminal(event.problem)}`,
        `  → ${quoteTerminal(event.remedy)}`,
      ];
    case 'image.finished':
      return [`[${event.image}] ${outcomeWords(event.outcome)}${took(event)}`];
    case 'verify.started':
      return [
        `[${event.image}] booting ${event.imageId} to prove it; the whole log: ${quoteTerminal(event.log)}`,
      ];
    case 'verify.finished':
      return [...verifyLines(event.report), `  the whole report: ${quoteTerminal(event.page)}`];
    case 'push.planned':
      return [...event.lines];
    case 'push.wave':
      return [waveWords(event)];
    case 'interrupted':
      return [`interrupted: ${quoteTerminal(event.words)}`, '  → interrupt once more to stop at once'];
    case 'failure':
      return formatFailure(event.failure);
    case 'run.finished':
      return [];
  }
}

function took({ outcome, milliseconds }: Extract<BakeEvent, { type: 'image.finished' }>): string {
  return wasWorkedOn(outcome) ? ` after ${formatDuration(milliseconds)}` : '';
}

/** Editors and CI systems look for `bake.yaml:12:5:` at a line's beginning, and a marker stands below its line. */
function isAboutInput(event: BakeEvent): boolean {
  if (event.type === 'failure') return event.failure.kind === 'input';
  return event.type === 'notice' && event.place !== undefined;
}

function noticeLines(event: Extract<BakeEvent, { type: 'notice' }>): string[] {
  const { place, text: problem, remedy } = event;
  if (place !== undefined) {
    const about = { at: place, problem, ...(remedy === undefined ? {} : { remedy }) };
    return formatInputFailure({ kind: 'input', ...about }, 'warning');
  }
  const label = event.level === 'warning' ? 'warning: ' : '';
  return [
    `${label}${quoteTerminal(event.text)}`,
    ...(event.remedy === undefined ? [] : [`  → ${quoteTerminal(event.remedy)}`]),
  ];
}

/** `[ 1:05]`: minutes and seconds since the command's start. */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `[${text.padStart(5)}]`;
}
