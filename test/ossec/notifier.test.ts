/** The notifier is Python, as on the instance, and so are its tests: this runs them. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const TESTS = join(import.meta.dirname, 'notifier');
/** Where the instance has it at /usr/local/lib/bake. */
const PROGRAMS = join(
  import.meta.dirname,
  ...['..', '..', 'provisioners', 'ossec-config', 'rootfs', 'usr', 'local', 'lib', 'bake'],
);

/** Debian 12's Python, the oldest that the notifier runs on. */
const OLDEST = [3, 11];

const LOOK = `import sys; sys.exit(sys.version_info < (${OLDEST.join(', ')}))`;

/** Why they can't run here; false where they can. */
async function whyNot(): Promise<string | false> {
  for (const [program, args] of [
    ['python3', ['-c', LOOK]],
    ['openssl', ['version']],
    ['ss', ['--version']],
  ] as const) {
    const { failed } = await execa(program, args, { reject: false, stdin: 'ignore' });
    if (failed)
      return `NOT RUN: the notifier's tests need Python ${OLDEST.join('.')}, openssl and ss; no ${program}`;
  }
  return false;
}

test("the notifier's own tests", { skip: await whyNot() }, async () => {
  const { all, failed } = await execa(
    'python3',
    ['-B', '-W', 'ignore::ResourceWarning', '-m', 'unittest', 'discover', '-s', TESTS],
    { all: true, reject: false, stdin: 'ignore', env: { PYTHONPATH: PROGRAMS } },
  );
  assert.ok(!failed, all);
  const count = Number(/^Ran (\d+) tests/m.exec(all)?.[1]);
  assert.ok(count > 100, `only ${count} tests were found`);
});
