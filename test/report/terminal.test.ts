/** The moving lines, drawn on a pseudo-terminal of `script` and read back without their movements. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';

const PLAY = join(import.meta.dirname, '../support/play.ts');

/** What a terminal of `columns` has shown, in its order, without repetitions of a line. */
async function shown(scene: string, columns = 80): Promise<string[]> {
  const command = `stty cols ${columns} rows 24; '${process.execPath}' '${PLAY}' ${scene}`;
  const { stdout } = await execa('script', ['-qec', command, '/dev/null'], {
    stdin: 'ignore',
    timeout: 20_000,
    env: { CI: undefined, NO_COLOR: undefined, TERM: 'xterm-256color' },
  });
  const lines = stripVTControlCharacters(stdout)
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /u, '').trimEnd());
  return [...new Set(lines)].filter((line) => line !== '');
}

test('each image has a line with its phase, its own time and what it ended with', async () => {
  const lines = await shown('bake');
  const order = [
    '✔ Packer: built and kept',
    'run r1: base, web of the shop fleet (rehearsal)',
    'web  waiting',
    'base  0 s  base packages',
    '  › Setting up jq',
    '✔ base  9 s  baked ami-1 (shop-base-1, unproven)',
    'web  0 s  launching the builder',
    '✖ web  2 s  failed: step 02-site ended with exit code 1',
    'warning: a last word',
  ];
  assert.deepEqual(
    lines.filter((line) => order.includes(line)),
    order,
    lines.join('\n'),
  );
});

test('two things that are prepared at once have a line each', async () => {
  const lines = await shown('setup');
  for (const line of ['✔ Docker engine: 0.6 s', '✔ moto: 9 s'])
    assert.ok(lines.includes(line), lines.join('\n'));
});

test('a line that nothing finishes any more does not keep the command from ending', async () => {
  const lines = await shown('broken');
  assert.ok(lines.includes('✖ Packer'), lines.join('\n'));
  assert.equal(lines.at(-1), 'no Go');
});

test('an interruption is said at once, in the lines that still move', async () => {
  const lines = await shown('interrupted');
  assert.ok(lines.includes('web  0 s  starting (interrupted; Ctrl-C again stops at once)'), lines.join('\n'));
});

test('why nothing moves is said below the line, and in full at the end', async () => {
  const lines = await shown('stalled');
  const order = [
    '  › stalled, Ctrl-C twice ends it: no answer',
    '[web] warning: Packer has said nothing for a minute, and AWS fails bake, too: no answer',
    '  → look at the network',
  ];
  const found = lines.filter((line) => order.includes(line));
  assert.deepEqual(found, order, lines.join('\n'));
});

test('what a step prints is cut at the edge of a narrow terminal', async () => {
  const lines = await shown('long', 40);
  const below = lines.filter((line) => line.includes('xxx'));
  assert.ok(below.length > 0 && below.every((line) => line.length <= 40), lines.join('\n'));
});
