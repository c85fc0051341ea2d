/** What an instance says of itself, also where a push was ended midway: what comes back before anything else. */

import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { z } from 'zod';
import { unfold } from '../../src/instances/look.ts';
import { sha256 } from '../../src/instances/push/wanted.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'documents', 'look', 'look.py');
const RECORD = '/var/lib/bake/ossec.sha256';
const PORTS = '/etc/bake/ossec/ports.allow';
const DROP_IN = '/run/systemd/system/ossec@execd.service.d/evil.conf';
const STATE = z.looseObject({
  tarball: z.string().nullable(),
  left: z.boolean(),
  layer: z.record(z.string(), z.string()),
  programs: z.record(z.string(), z.string()),
  owners: z.record(z.string(), z.string()),
  texts: z.record(z.string(), z.string()),
});

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-look-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function place(path: string, text: string, mode = 0o644): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

async function look() {
  const text = await readFile(SCRIPT, 'utf8');
  const script = text.replaceAll(/"(\/(?:var|etc|run|usr)(?=[/"]))/g, `"${folder}$1`);
  const { stdout } = await execa('python3', ['-I', '-B', '-', 'state'], { input: script });
  return unfold(stdout, STATE) ?? assert.fail(stdout);
}

test('files, whose they are, and drop-ins of others', async () => {
  await place(RECORD, 'a\n');
  const ports = await place(PORTS, 'tcp/80\n', 0o646);
  const theirs = await place(DROP_IN, 'x');
  const state = await look();
  assert.deepEqual([state.tarball, state.left], ['a', false]);
  assert.deepEqual(state.layer, { [ports]: sha256('tcp/80\n') });
  assert.match(state.owners[ports] ?? '', /^0646 \S+ \S+$/);
  assert.equal(state.programs[theirs], sha256('x'));
});

test('what a push has left half done is told as what it was before', async () => {
  const record = await place(RECORD, 'new\n');
  const ports = await place(PORTS, 'tcp/81\n');
  const kept = (text: string, name: string) => place(`/var/lib/bake/push/before/${name}`, text, 0o600);
  const was = { exists: true, mode: 0o604, uid: 0, gid: 0 };
  const open = await place(
    '/var/lib/bake/push/open.json',
    JSON.stringify({
      entries: [
        { path: record, kept: await kept('old\n', '0'), ...was },
        { path: ports, kept: await kept('tcp/80\n', '1'), ...was },
        { path: join(folder, DROP_IN), exists: false },
      ],
    }),
  );
  const lock = await place('/var/lib/bake/push/lock', '');
  const atWork = execa('flock', [lock, 'cat'], { stdin: 'pipe' });
  for (let isHeld = false; !isHeld; ) {
    const { exitCode } = await execa('flock', ['--nonblock', lock, 'true'], { reject: false });
    isHeld = exitCode !== 0;
  }
  assert.equal((await look()).left, false, 'it is at work');
  atWork.stdin.end();
  await atWork;
  const state = await look();
  assert.deepEqual([state.tarball, state.left, state.texts[ports]], ['old', true, 'tcp/80\n']);
  assert.deepEqual([state.owners[ports], state.programs], ['0604 root root', {}]);
  await rm(open);
  await place('/var/lib/bake/push/kept/folder', '\n');
  const aside = await look();
  assert.deepEqual([aside.tarball, aside.left], [null, true]);
});
