/** Bakes that are killed at three points, and what `bake reap` finds of them and removes. Real Packer. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { execa } from 'execa';
import { z } from 'zod';
import { bake, bakeJson, control, rehearsalEc2 } from '../support/rehearsal.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Another one each time: what an earlier one has baked or left is none of this one's. */
const NAME = `killed-${randomBytes(4).toString('hex')}`;
const FLEET = `fleet: ${NAME}
region: eu-central-1
source:
  filter: { name: debian-12-amd64-*, owners: ["136693071363"] }
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-killed-'));
  await writeFile(join(folder, 'bake.yaml'), `${FLEET}roles: { web: {} }\n`);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Bakes, and kills bake and Packer in a phase when it is time. */
async function killAt(phase: string, isTime: () => Promise<boolean>): Promise<void> {
  const args = [join(ROOT, 'bin', 'bake.js'), '--role', 'web', '--no-verify', '--rehearse', '--json'];
  const child = execa('node', args, {
    cwd: folder,
    preferLocal: true,
    localDir: ROOT,
    reject: false,
    stdin: 'ignore',
    buffer: false,
  });
  let killed = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (killed || event.type !== 'image.phase' || event.phase !== phase) continue;
    killed = true;
    while (!(await isTime())) await sleep(20);
    // Packer first: it would clean up, and bake would say so.
    for (const leader of await childrenOf(child.pid ?? 0)) process.kill(-leader, 'SIGKILL');
    child.kill('SIGKILL');
  }
  assert.equal((await child).signal, 'SIGKILL');
}

/** Packer is the only one that runs for long, and leads a process group of its own. */
async function childrenOf(parent: number): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    processes.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return stats.flatMap((stat) => {
    const [pid = '', rest = ''] = [stat.split(' ')[0], stat.split(') ').at(-1)];
    const [, ppid, group] = rest.split(' ');
    return Number(ppid) === parent && group === pid ? [Number(pid)] : [];
  });
}

const RESULT = z.object({
  leftovers: z.array(
    z.object({
      action: z.string(),
      leftover: z.object({ kind: z.string(), id: z.string(), run: z.string() }),
    }),
  ),
});

async function reap(...args: string[]) {
  const { exitCode, value, stderr } = await bakeJson(['reap', '--rehearse', ...args], { cwd: folder });
  const { leftovers } = RESULT.parse(value ?? { leftovers: [] });
  const removed = leftovers.filter(({ action }) => action === 'remove');
  const kinds = [...new Set(removed.map(({ leftover }) => leftover.kind))];
  return { exitCode, stderr, kinds, ids: removed.map(({ leftover }) => `${leftover.id} of ${leftover.run}`) };
}

const BUILDER = ['instance', 'security group', 'key pair'];

test('killed while the builder boots', async () => {
  await killAt('ssh', async () => true);
  await assertReaped(BUILDER);
});

test('killed in a step', async () => {
  await killAt('step', async () => true);
  await assertReaped(BUILDER);
});

test('killed while the image is made', async () => {
  // Long enough to be killed in, on a machine with other work, too; and for the images of tests that run beside this one.
  const effect = { kind: 'delay', milliseconds: 20_000 };
  await control('PUT', 'faults', [{ action: 'ec2:CreateImage', times: 5, effect }]);
  const client = await rehearsalEc2('eu-central-1');
  const Filters = [{ Name: 'tag:bake:fleet', Values: [NAME] }];
  await killAt('image', async () => {
    const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
    return Images.length > 0;
  });
  await control('PUT', 'faults', []);
  await assertReaped([...BUILDER, 'image']);
});

/** What a killed bake has left is found when it is old enough, goes only with a yes, and is gone then. */
async function assertReaped(kinds: readonly string[]): Promise<void> {
  assert.deepEqual((await reap('--older-than', '1h', '--dry-run')).kinds, [], 'it may be going on');
  const found = await reap('--older-than', '1s', '--dry-run');
  assert.deepEqual(
    found.kinds.filter((kind) => kind !== 'snapshot'),
    kinds,
  );
  const refused = await bake(['reap', '--rehearse', '--older-than', '1s'], {
    cwd: folder,
    environment: { CI: 'true' },
  });
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /nobody said yes/);
  const done = await reap('--older-than', '1s', '--yes');
  assert.equal(done.exitCode, 0, done.stderr);
  assert.deepEqual((await reap('--older-than', '1s', '--dry-run')).ids, [], 'nothing is left');
}

test('a bake that ended well has left nothing', async () => {
  const { exitCode, stderr } = await bake(['--role', 'web', '--rehearse', '--json'], { cwd: folder });
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual((await reap('--older-than', '1s', '--dry-run')).ids, []);
});
