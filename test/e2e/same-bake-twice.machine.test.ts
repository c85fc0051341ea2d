/** Two CI jobs that bake the same thing at once, each with real Packer: they end with one image. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { unpackInventory } from '../../src/build/find-report.ts';
import { diffInventories, isSame } from '../../src/images/diff.ts';
import type { Inventory } from '../../src/images/model.ts';
import { bakeJson } from '../support/rehearsal.ts';

const FLEET = `fleet: twice
region: eu-central-1
source:
  filter: { name: debian-12-amd64-*, owners: ["136693071363"] }
roles:
  web:
    files: [{ path: /etc/web, content: one }]
`;

const RESULT = z.object({
  images: z.array(z.object({ image: z.string(), kind: z.string(), imageId: z.string() })),
});

/** As CI jobs, they have nothing in common but AWS. */
const jobs: string[] = [];
before(async () => {
  for (const _ of [1, 2]) {
    const folder = await mkdtemp(join(tmpdir(), 'bake-twice-'));
    await writeFile(join(folder, 'bake.yaml'), FLEET);
    jobs.push(folder);
  }
});
after(() => Promise.all(jobs.map((folder) => rm(folder, { recursive: true, force: true }))));

function run(cwd: string, ...args: string[]) {
  return bakeJson([...args, '--rehearse'], { cwd });
}

/** What the builder of an image has reported in the one run of a job, also where another's image was taken. */
async function reported(folder: string, image: string): Promise<Inventory> {
  const runs = join(folder, '.bake', 'runs');
  const [run = ''] = await readdir(runs);
  return unpackInventory(await readFile(join(runs, run, image, 'inventory.json.gz')), image);
}

test('the loser takes the image of the winner, base and role', async (context) => {
  const ended = await Promise.all(jobs.map((folder) => run(folder, '--role', 'web', '--no-verify')));
  for (const { exitCode, stderr } of ended) assert.equal(exitCode, 0, stderr);
  const [first, second] = ended.map(({ value }) => RESULT.parse(value).images);
  assert.deepEqual(
    first?.map(({ image, imageId }) => [image, imageId]),
    second?.map(({ image, imageId }) => [image, imageId]),
  );
  for (const [index, image] of (first ?? []).entries()) {
    assert.deepEqual([image.kind, second?.[index]?.kind].sort(), ['baked', 'up-to-date'], image.image);
  }

  await context.test(
    'one image of each is there, and both jobs know why the next would be baked',
    async () => {
      for (const folder of jobs) {
        const { value } = await run(folder, 'images', 'list');
        assert.deepEqual(
          value.images.map(({ role }: { role: string }) => role),
          ['base', 'web'],
        );
        await writeFile(join(folder, 'bake.yaml'), FLEET.replace('content: one', 'content: two'));
        const { value: status } = await run(folder, 'status');
        assert.deepEqual(
          status.images.map(({ image, reasons }: { image: string; reasons?: object }) => [image, reasons]),
          [
            ['base', undefined],
            ['web', [{ kind: 'part', change: 'changed', name: '/etc/web, placed by web' }]],
          ],
        );
      }
    },
  );

  await context.test(
    'two builders of the same report the same, but for the ports of their containers',
    async () => {
      const [one, other] = await Promise.all(jobs.map((folder) => reported(folder, 'base')));
      assert.ok(one !== undefined && other !== undefined);
      assert.equal(one.files.length, other.files.length);
      const diff = diffInventories(one, { ...other, listeners: one.listeners });
      assert.ok(isSame(diff), JSON.stringify(diff));
    },
  );

  await context.test('what is in the image can be shown where it was baked', async () => {
    const winner = first?.[1]?.kind === 'baked' ? jobs[0] : jobs[1];
    const { exitCode, value } = await run(winner ?? '', 'images', 'show', first?.[1]?.imageId ?? '');
    assert.equal(exitCode, 0);
    const files: Array<{ path: string; own: boolean }> = value.inventory.files;
    assert.deepEqual(files.find(({ path }) => path === '/etc/web')?.own, true);
    assert.ok(value.inventory.packages.some(({ name }: { name: string }) => name === 'openssh-server'));
    assert.match(value.inventory.ossec.version, /./);
    for (const gone of ['/etc/machine-id', '/var/tmp/bake/steps/lib.sh'])
      assert.ok(!files.some(({ path }) => path === gone), gone);
  });
});
