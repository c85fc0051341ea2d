/** Plays a scene of events on the terminal that it runs on; `test/report/terminal.test.ts` looks. */

import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BakeEvent } from '../../src/events.ts';
import { openReporter } from '../../src/report/open.ts';

/** Longer than the terminal's pause between two frames. */
const FRAME = 250;

const IMAGE = { image: 'web', log: 'packer.log' };
const run = (...images: string[]): BakeEvent => ({
  type: 'run.started',
  runId: 'r1',
  fleet: 'shop',
  rehearsal: true,
  images,
});

const SCENES: Readonly<Record<string, readonly BakeEvent[]>> = {
  bake: [
    { type: 'setup.started', item: 'Packer', detail: 'is built' },
    { type: 'setup.progress', item: 'Packer', detail: 'compiling 1 of 2' },
    { type: 'setup.finished', item: 'Packer', detail: 'built and kept' },
    run('base', 'web'),
    { type: 'image.started', ...IMAGE, image: 'base' },
    { type: 'image.phase', image: 'base', phase: 'step', step: '01-base-packages' },
    { type: 'image.output', image: 'base', text: 'Setting up jq' },
    {
      type: 'image.finished',
      image: 'base',
      outcome: { kind: 'baked', imageId: 'ami-1', imageName: 'shop-base-1', state: 'unproven' },
      milliseconds: 9000,
    },
    { type: 'image.started', ...IMAGE },
    { type: 'image.phase', image: 'web', phase: 'launch' },
    {
      type: 'image.finished',
      image: 'web',
      outcome: {
        kind: 'failed',
        failure: { kind: 'build', image: 'web', problem: 'step 02-site ended with exit code 1' },
      },
      milliseconds: 2000,
    },
    { type: 'notice', level: 'warning', text: 'a last word' },
  ],
  setup: [
    { type: 'setup.started', item: 'Docker engine', detail: 'one of its own' },
    { type: 'setup.started', item: 'moto', detail: 'with Python 3.11' },
    { type: 'setup.progress', item: 'moto', detail: 'Collecting boto3' },
    { type: 'setup.finished', item: 'Docker engine', detail: '0.6 s' },
    { type: 'setup.finished', item: 'moto', detail: '9 s' },
  ],
  broken: [
    { type: 'setup.started', item: 'Packer', detail: 'is built' },
    { type: 'failure', failure: { kind: 'prerequisite', problem: 'no Go' } },
  ],
  interrupted: [
    run('web'),
    { type: 'image.started', ...IMAGE },
    { type: 'interrupted', words: 'cleaning up' },
  ],
  stalled: [
    run('web'),
    { type: 'image.started', ...IMAGE },
    { type: 'image.stalled', image: 'web', problem: 'no answer', remedy: 'look at the network' },
    { type: 'interrupted', words: 'cleaning up' },
  ],
  long: [
    run('web'),
    { type: 'image.started', ...IMAGE },
    { type: 'image.output', image: 'web', text: 'x'.repeat(300) },
  ],
};

const { stdout, stderr, stdin } = process;
const reporter = await openReporter({ stdout, stderr, stdin, now: Date.now }, { json: false, moving: true });
for (const event of SCENES[process.argv[2] ?? ''] ?? []) {
  reporter.emit(event);
  await sleep(FRAME);
}
await reporter.close();
