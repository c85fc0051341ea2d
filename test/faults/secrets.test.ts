/** What looks for canaries finds those that are planted. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchArguments } from '../../faults/secrets/arguments.ts';
import { carries, heart, newCanaries } from '../../faults/secrets/canaries.ts';
import { sinceNow } from '../../faults/secrets/files.ts';
import { toldBy } from '../../faults/secrets/look.ts';

const ENDED = { exitCode: 1, seconds: 1, stderr: '', events: [] };

test('a canary is known as it is, in a URL, and in base64 wherever it begins', () => {
  const { environment, hearts } = newCanaries();
  for (const value of hearts) {
    assert.ok(
      Object.values(environment).some((text) => carries(text, [value])),
      value,
    );
    for (const before of ['', 'x', 'xy', 'xyz', '{"password":"'])
      assert.ok(carries(Buffer.from(`${before}${value}" }\n`).toString('base64'), [value]), before);
  }
  assert.ok(carries(encodeURIComponent('/a b'), ['/a b']));
  assert.ok(!carries(heart(), hearts));
});

test('a canary in an event or on standard error is seen, however it is quoted', () => {
  const value = `"${heart()}"\\`;
  const failure = { type: 'failure', failure: { problem: 'x', log: { tail: ['+ ok', `+ echo ${value}`] } } };
  assert.deepEqual(toldBy([value], { ...ENDED, events: [{ type: 'notice' }, failure] }), [
    'in an event, failure',
  ]);
  assert.deepEqual(toldBy([value], { ...ENDED, stderr: `x${value}x` }), ['on standard error']);
  assert.deepEqual(toldBy([value], { ...ENDED, events: [{ type: 'notice', text: heart() }] }), []);
});

test('a canary in a file that was written since is seen, also below other folders and between NULs', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-canary-'));
  t.after(() => rm(folder, { recursive: true }));
  const value = heart();
  const file = (name: string) => join(folder, name);
  await writeFile(file('before'), value);
  await sleep(20);
  await using since = await sinceNow([file('left-out')]);
  for (const name of ['a b', 'left-out']) await mkdir(file(name));
  await writeFile(file('plain'), `\0${value}\0`);
  await writeFile(file("a b/c'd"), Buffer.from(`x${value}y`).toString('base64'));
  await writeFile(file('left-out/plain'), value);
  await writeFile(file('other'), heart());
  const found = await since.filesWith([value], [folder, file('nowhere')]);
  assert.deepEqual(found.sort(), [file("a b/c'd"), file('plain')]);
});

test('a canary in the arguments of a program is seen, and nowhere else', async () => {
  const [value, inEnvironment] = [heart(), heart()];
  const watch = watchArguments([value, inEnvironment]);
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)', '--', `--token=${value}`], {
    env: { TOKEN: inEnvironment },
  });
  await once(child, 'exit');
  assert.deepEqual(await watch.end(), [`in the arguments of ${process.execPath}`]);
});
