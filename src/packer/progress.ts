/** From Packer's records to what bake tells about one image. Pure. */

import type { BakeEvent, Phase } from '../events.ts';
import { type Line, linesOf } from './lines.ts';
import type { PackerRecord } from './machine-readable.ts';
import { EMPTY_LEDGER, enter, type Ledger } from './resources.ts';

export interface BuildState {
  readonly image: string;
  /** As Packer names the steps' scripts: the workspace's folder, absolute. */
  readonly workspaceFolder: string;
  readonly phase: Phase | undefined;
  /** The last phase before the clean-up. */
  readonly reached: Phase | undefined;
  /** The last step that began. */
  readonly step: string | undefined;
  /** `region:ami-…`, once the build has succeeded. */
  readonly artifacts: readonly string[];
  /** Why the build failed: Packer's summary. */
  readonly summary: readonly string[];
  /** Packer's own errors in their order, the diagnostics of the HCL among them. */
  readonly errors: readonly string[];
  readonly ledger: Ledger;
  /** The last lines before the clean-up began; of the last step, where one had begun. */
  readonly tail: readonly string[];
}

export interface Advance {
  readonly state: BuildState;
  readonly events: readonly BakeEvent[];
}

const TAIL_LINES = 20;
const ERRORS_KEPT = 20;

export function beginBuild(image: string, workspaceFolder: string): BuildState {
  return {
    image,
    workspaceFolder,
    phase: undefined,
    reached: undefined,
    step: undefined,
    artifacts: [],
    summary: [],
    errors: [],
    ledger: EMPTY_LEDGER,
    tail: [],
  };
}

export function advance(state: BuildState, record: PackerRecord): Advance {
  switch (record.kind) {
    case 'artifact':
      return { state: { ...state, artifacts: [...state.artifacts, record.id] }, events: [] };
    case 'error':
      return { state: { ...state, summary: [...state.summary, record.text] }, events: [] };
    case 'ui':
      return advanceUi(state, linesOf(record.text), record.level === 'error');
    case 'text':
      return advanceUi(state, [{ from: 'packer', text: record.text }], false);
    case 'other':
      return { state, events: [] };
  }
}

function advanceUi(start: BuildState, lines: readonly Line[], isError: boolean): Advance {
  let state = start;
  const events: BakeEvent[] = [];
  for (const line of lines) {
    const next = advanceLine(state, line, isError);
    state = next.state;
    events.push(...next.events);
  }
  const own = lines.filter((line) => line.from !== 'step');
  if (!isError || own.length === 0) return { state, events };
  const error = own.map((line) => line.text).join('\n');
  return { state: { ...state, errors: [...state.errors, error].slice(0, ERRORS_KEPT) }, events };
}

function advanceLine(state: BuildState, line: Line, isError: boolean): Advance {
  const next = line.from === 'step' ? undefined : movedBy(state, line.text);
  const moved = next === undefined ? state : moveTo(state, next);
  // What a step printed says why it failed, and what came before does not.
  const before = next?.step === undefined ? [...state.tail, line.text] : [];
  return {
    state: {
      ...moved,
      ledger: line.from === 'builder' ? enter(state.ledger, { text: line.text, isError }) : state.ledger,
      tail: moved.phase === 'clean-up' ? state.tail : before.slice(-TAIL_LINES),
    },
    events:
      next === undefined ? outputOf(state, line) : [{ type: 'image.phase', image: state.image, ...next }],
  };
}

/** Nothing where Packer only says in which phase it is. */
function outputOf({ image }: BuildState, { from, text }: Line): BakeEvent[] {
  const isPhase = from !== 'step' && PHASES.some(([pattern]) => pattern.test(text));
  return isPhase ? [] : [{ type: 'image.output', image, text }];
}

function moveTo(state: BuildState, { phase, step }: Position): BuildState {
  const reached = phase === 'clean-up' ? state.reached : phase;
  return { ...state, phase, reached, step: step ?? state.step };
}

interface Position {
  readonly phase: Phase;
  readonly step?: string;
}

const ORDER: readonly Phase[] = ['launch', 'ssh', 'step', 'stop', 'image', 'clean-up'];

/** What Packer says when it gets there. */
const PHASES: ReadonlyArray<readonly [RegExp, Phase]> = [
  [/^(?:Prevalidating |Creating temporary keypair|Launching a source AWS instance)/, 'launch'],
  [/^(?:Using SSH communicator|Waiting for SSH)/, 'ssh'],
  [/^Stopping the source instance/, 'stop'],
  [/^Creating AMI /, 'image'],
  [
    /^(?:Cancelling build after|Provisioning step had errors|Deregistering the AMI|Terminating the source AWS instance|Cleaning up any extra volumes|Deleting temporary )/,
    'clean-up',
  ],
];

/** A bake goes through its phases once, so what seems to go back is not believed. */
function movedBy(state: BuildState, text: string): Position | undefined {
  const step = stepBegunBy(state, text);
  const phase = step === undefined ? PHASES.find(([pattern]) => pattern.test(text))?.[1] : 'step';
  if (phase === undefined || rank(phase) < rank(state.phase)) return undefined;
  if (step !== undefined) return { phase, step };
  return phase === state.phase ? undefined : { phase };
}

function stepBegunBy({ workspaceFolder }: BuildState, text: string): string | undefined {
  const before = `Provisioning with shell script: ${workspaceFolder}/steps/`;
  const after = '/run.sh';
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const step = text.slice(before.length, -after.length);
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(step) ? step : undefined;
}

function rank(phase: Phase | undefined): number {
  return phase === undefined ? -1 : ORDER.indexOf(phase);
}
