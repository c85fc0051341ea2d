/** Recorded runs, see `test/recordings/packer/README.md`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeEvent } from '../../src/events.ts';
import { type PackerRecord, recordParser } from '../../src/packer/machine-readable.ts';
import { advance, type BuildState, beginBuild } from '../../src/packer/progress.ts';

export const RECORDINGS = join(import.meta.dirname, '..', 'recordings', 'packer');

export function recording(name: string): string {
  return readFileSync(join(RECORDINGS, `${name}.txt`), 'utf8');
}

export function recordsOf(output: string): PackerRecord[] {
  const parser = recordParser();
  return [...parser.push(output), ...parser.end()];
}

export interface Replay {
  readonly state: BuildState;
  readonly events: readonly BakeEvent[];
  /** `launch`, `step 01-hello`, … in their order. */
  readonly phases: readonly string[];
}

export function replay(output: string): Replay {
  let state = beginBuild('web', '/workspace');
  const events: BakeEvent[] = [];
  for (const record of recordsOf(output)) {
    const next = advance(state, record);
    state = next.state;
    events.push(...next.events);
  }
  const phases = events.flatMap((event) =>
    event.type === 'image.phase' ? [[event.phase, event.step].filter(Boolean).join(' ')] : [],
  );
  return { state, events, phases };
}
