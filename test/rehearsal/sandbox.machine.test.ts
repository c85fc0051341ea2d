/** Machines without the AWS, in a state folder of their own. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { down, openSandbox, type Sandbox, status, up } from '../../rehearsal/src/index.ts';
import { dockerClient, lines, SANDBOX_LABEL } from '../../rehearsal/src/machines/docker.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { openPlace } from '../../rehearsal/src/setup/place.ts';
import { newStateFolder, optionsFor } from './workbench.ts';

let stateFolder: string;
let sandbox: Sandbox;
before(async () => {
  stateFolder = await newStateFolder();
  sandbox = await openSandbox(optionsFor(stateFolder), 'debian-12');
});
after(async () => {
  await down({ stateFolder, report: () => {} });
  await rm(dirname(stateFolder), { recursive: true, force: true });
});

const OFFLINE = { image: undefined, network: false };

test('a machine is there for its work, offline where it need not be otherwise, and no AWS with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-sandbox-'));
  await writeFile(join(folder, 'file'), 'from here');
  const said = await sandbox.use(OFFLINE, async (machine) => {
    await machine.copyIn(folder, '/srv');
    const reading = await machine.run(['cat', '/srv/file', '-'], { input: ', and in' });
    const network = await machine.run(['ls', '/sys/class/net']);
    const failing = await machine.run(['bash', '-c', 'echo "$X" >&2; exit 7'], { environment: { X: 'why' } });
    return [reading, network, failing];
  });
  await rm(folder, { recursive: true });
  assert.deepEqual(said, [
    { exitCode: 0, stdout: 'from here, and in', stderr: '' },
    { exitCode: 0, stdout: 'lo', stderr: '' },
    { exitCode: 7, stdout: '', stderr: 'why' },
  ]);
  assert.equal((await status({ stateFolder })).running, false);
});

test('what was kept is found with its note, and outlives a start of the rehearsal with a machine in use', async () => {
  await sandbox.use(OFFLINE, async (machine) => {
    await machine.run(['touch', '/srv/kept']);
    await machine.keep('one', 'a "note"');
  });
  assert.equal(await sandbox.find('other'), undefined);
  const image = await sandbox.find('one');
  assert.equal(image?.note, 'a "note"');

  await sandbox.use({ image, network: false }, async (machine) => {
    await up(optionsFor(stateFolder));
    assert.deepEqual((await machine.run(['ls', '/srv'])).stdout, 'kept');
  });
  assert.deepEqual(await sandbox.find('one'), image);
});

test('a machine goes when its work fails', async () => {
  await assert.rejects(
    sandbox.use(OFFLINE, async () => {
      throw new Error('of the work');
    }),
    /of the work/,
  );
  const { name, configFile } = await openPlace(stateFolder);
  const docker = dockerClient((await readConfig(configFile)).docker);
  const filter = `--filter=label=${SANDBOX_LABEL}=${name}`;
  assert.deepEqual(await lines(docker, ['ps', '--all', '--quiet', filter]), []);
});
