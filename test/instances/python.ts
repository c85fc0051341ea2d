/** Tests that are Python, as what a push runs on an instance is. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';

export const APPLY = join(import.meta.dirname, '..', '..', 'documents', 'push', 'apply');

/** Runs the unittest files in `apply/` that have such names. @throws AssertionError with all that they print */
export async function pythonTests(pattern: string): Promise<void> {
  const folder = join(import.meta.dirname, 'apply');
  const { all, failed } = await execa(
    'python3',
    // What is brought stays open until the program ends.
    [...['-B', '-W', 'ignore::ResourceWarning', '-m', 'unittest', 'discover'], '-s', folder, '-p', pattern],
    { all: true, reject: false, env: { BAKE_APPLY: APPLY } },
  );
  assert.ok(!failed, all);
  assert.match(all, /^Ran [1-9]/m);
}
