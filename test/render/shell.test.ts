import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { renderEnvironment, renderValues } from '../../src/render/shell.ts';
import { nastyText } from '../support/nasty.ts';

const run = promisify(execFile);

test('values are scalars and arrays, one assignment a line', () => {
  assert.equal(
    renderValues({ name: 'web', packages: ['jq', "o'clock"], none: [] }),
    "# shellcheck shell=bash disable=SC2034 # read by run.sh\nname='web'\npackages=('jq' 'o'\\''clock')\nnone=()\n",
  );
});

test('bash reads exactly what was written, whatever it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-shell-'));
  try {
    // One bash for all values of a run: starting it is the slow part.
    await fc.assert(
      fc.asyncProperty(fc.array(nastyText, { minLength: 1, maxLength: 60 }), async (texts) => {
        const file = join(folder, 'values.sh');
        await writeFile(
          file,
          renderValues({ all: texts }) +
            renderEnvironment(texts.map((text, index) => [`TEXT_${index}`, text] as const)),
        );
        const print = `. "$1"; printf '%s\\0' "\${all[@]}"; for i in "\${!all[@]}"; do n=TEXT_$i; printf '%s\\0' "\${!n}"; done`;
        const { stdout } = await run('bash', ['-c', print, 'bash', file], { env: { LC_ALL: 'C.UTF-8' } });
        assert.deepEqual(stdout.split('\0').slice(0, -1), [...texts, ...texts]);
      }),
      { numRuns: 40 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
