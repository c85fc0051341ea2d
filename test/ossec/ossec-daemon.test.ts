/** What comes before a daemon's start: systemd takes 1 for success there (`SuccessExitStatus`), and nothing else. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { execa } from 'execa';

const PROGRAM = 'provisioners/ossec-config/rootfs/usr/local/lib/bake/ossec-daemon';

/** Runs it below a folder in the place of /var/ossec, with these programs in the place of the system's. */
async function run(what: string, programs: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'bake-daemon-'));
  try {
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const text = await readFile(join(import.meta.dirname, '..', '..', PROGRAM), 'utf8');
    const script = text.replace('home=/var/ossec', `home=${folder}`).replaceAll('$home/bin', '$home');
    const { exitCode } = await execa('sh', ['-s', what, 'syscheckd'], {
      input: script,
      env: { PATH: `${folder}:${process.env.PATH}` },
      reject: false,
    });
    return exitCode;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('whatever goes wrong before a start, it is no success', async () => {
  assert.equal(await run('clear', {}), 0);
  assert.equal(await run('clear', { rm: 'exit 1' }), 78);
  assert.equal(await run('test', { 'ossec-syscheckd': 'exit 0' }), 0);
  assert.equal(await run('test', { 'ossec-syscheckd': 'exit 1' }), 78);
  assert.equal(await run('other', {}), 64);
});
