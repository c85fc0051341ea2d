import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { formatDuration } from '../../src/report/duration.ts';
import { formatFailure } from '../../src/report/failure.ts';
import { plainLines, plainReporter } from '../../src/report/plain.ts';

const LINES: ReadonlyArray<readonly [event: BakeEvent, lines: readonly string[]]> = [
  [{ type: 'setup.started', item: 'moto', detail: 'installing 5.2.5' }, ['moto: installing 5.2.5']],
  [{ type: 'image.phase', image: 'web', phase: 'ssh' }, ['[web] waiting for SSH']],
  [{ type: 'image.phase', image: 'web', phase: 'step', step: '03-base-packages' }, ['[web] base packages']],
  [{ type: 'notice', level: 'warning', text: 'odd', remedy: 'fix it' }, ['warning: odd', '  → fix it']],
  [
    { type: 'image.stalled', image: 'web', problem: 'no answer', remedy: 'look' },
    ['[web] warning: Packer has said nothing for a minute, and AWS fails bake, too: no answer', '  → look'],
  ],
  [
    {
      type: 'image.finished',
      image: 'web',
      milliseconds: 65_000,
      outcome: { kind: 'baked', imageId: 'ami-1', imageName: 'shop-web-1', state: 'candidate' },
    },
    ['[web] baked ami-1 (shop-web-1, candidate) after 1 min 05 s'],
  ],
];

for (const [event, lines] of LINES) {
  test(`a CI log says of ${event.type}: ${lines[0]}`, () => assert.deepEqual(plainLines(event), lines));
}

test("a mistake's line and its marker stand without a clock, and so does a warning's", () => {
  let written = '';
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      written += chunk;
      done();
    },
  });
  const { emit } = plainReporter({ stdout: stderr, stderr, stdin: process.stdin, now: () => 0 });
  const place = { file: 'bake.yaml', line: 3, column: 9, text: 'region: x', length: 1 };
  emit({ type: 'notice', level: 'warning', text: 'odd', remedy: 'fix it', place });
  emit({ type: 'failure', failure: { kind: 'input', problem: 'wrong', at: place } });
  emit({ type: 'notice', level: 'info', text: 'so far' });
  assert.deepEqual(written.split('\n'), [
    'bake.yaml:3:9: warning: odd',
    '    region: x',
    '            ~',
    '  → fix it',
    'bake.yaml:3:9: wrong',
    '    region: x',
    '            ~',
    '[ 0:00] so far',
    '',
  ]);
});

test('what a machine printed can not move the cursor', () => {
  const [line = ''] = plainLines({ type: 'image.output', image: 'web', text: '\u001b[2J\rpwned\u202e' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
  assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/);
});

test('a failed bake shows its step, the last lines of the log and where it is', () => {
  assert.deepEqual(
    formatFailure({
      kind: 'build',
      image: 'web',
      problem: 'the step 05-web-step-site ended with exit code 3',
      remedy: 'run it again',
      log: { path: '/tmp/packer.log', tail: ['one', 'two'] },
    }),
    [
      'web: the step 05-web-step-site ended with exit code 3',
      '  │ one',
      '  │ two',
      '  the whole log: /tmp/packer.log',
      '  → run it again',
    ],
  );
});

test('commands that provide what is missing stand one a line', () => {
  const lines = formatFailure({
    kind: 'prerequisite',
    problem: 'no Docker engine',
    commands: ['apt-get update', 'apt-get install docker.io'],
  });
  assert.deepEqual(lines, ['no Docker engine', '      apt-get update', '      apt-get install docker.io']);
});

for (const [milliseconds, text] of [
  [400, '0 s'],
  [59_400, '59 s'],
  [61_000, '1 min 01 s'],
  [7_384_000, '2 h 03 min'],
] as const) {
  test(`${milliseconds} ms reads as ${text}`, () => assert.equal(formatDuration(milliseconds), text));
}
