import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMoto } from '../../../rehearsal/src/server/moto.ts';

/** A program that stands in for moto: it listens where it is told to, and shows its environment. */
const LISTENER = `
  const path = process.argv.at(-3).slice('unix://'.length);
  process.stderr.write('environment ' + Object.keys(process.env).sort().join(' ') + '\\n');
  process.stderr.write('<local> - - "GET /?X-Amz-Signature=secret HTTP/1.1" 200 -\\n');
  require('node:net').createServer().listen(path);
`;

async function folder(t: { after: (end: () => Promise<void>) => void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rehearsal-moto-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("moto's folder is its owner's, its environment is its own, and its requests are not logged", async (t) => {
  const lines: string[] = [];
  process.env.AWS_PROFILE = 'real';
  t.after(() => delete process.env.AWS_PROFILE);
  const path = join(await folder(t), 'moto');
  const moto = await startMoto({
    command: [process.execPath, '-e', LISTENER, '--'],
    folder: path,
    accountId: '111122223333',
    log: (line) => lines.push(line),
  });
  assert.equal((await stat(path)).mode & 0o777, 0o700);
  assert.equal(moto.ended(), undefined);
  await moto.stop();
  assert.equal(moto.ended(), 'signal SIGTERM');
  const [environment = '', ...more] = lines;
  assert.match(environment, /^moto: environment .*MOTO_ACCOUNT_ID.*PATH/);
  assert.doesNotMatch(environment, /AWS_/);
  assert.deepEqual(more, ['moto ended: signal SIGTERM']);
});

test('a moto that does not start is an error that says why', async (t) => {
  const path = await folder(t);
  const start = (command: readonly string[]) =>
    startMoto({ command, folder: join(path, 'moto'), accountId: '1', log: () => undefined });
  await assert.rejects(start([process.execPath, '-e', 'process.exit(3)', '--']), {
    message: 'moto did not start: exit code 3',
  });
  await assert.rejects(start([join(path, 'no-such-program')]), { message: /moto did not start: .*ENOENT/ });
});
