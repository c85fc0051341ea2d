/** A rehearsal from its start to its end, crashes included. Its state folder is its own. */

import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { down, type Rehearsal, status, up } from '../../rehearsal/src/index.ts';
import { dockerClient, LABEL, lines } from '../../rehearsal/src/machines/docker.ts';
import { run } from '../../rehearsal/src/run.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { openPlace, type Place, writeJson } from '../../rehearsal/src/setup/place.ts';
import { findProcesses, type Process } from '../../rehearsal/src/setup/processes.ts';
import { findProgram } from '../../rehearsal/src/setup/programs.ts';
import { newStateFolder, openWorkbench, optionsFor } from './workbench.ts';

let stateFolder: string;
let place: Place;
let first: Rehearsal;

before(async () => {
  stateFolder = await newStateFolder();
  place = await openPlace(stateFolder);
});
after(async () => {
  await down({ stateFolder, report: () => {} });
  await rm(dirname(stateFolder), { recursive: true, force: true });
});

/** Everything that was started for this rehearsal, this test's own process aside. */
function ownProcesses(): Promise<Process[]> {
  const marks = [place.name, place.stateFolder, place.runtimeFolder];
  return findProcesses(({ args }) => args.some((argument) => marks.some((mark) => argument.includes(mark))));
}

async function kill(isVictim: (process: Process) => boolean): Promise<number> {
  const victims = (await ownProcesses()).filter(isVictim);
  for (const { pid } of victims) process.kill(pid, 'SIGKILL');
  return victims.length;
}
const isServer = ({ program }: Process) => program.startsWith('node');
const isMoto = ({ program }: Process) => program.startsWith('python');

async function docker() {
  return dockerClient((await readConfig(join(stateFolder, 'server-config.json'))).docker);
}

test('two commands at once start one rehearsal', async () => {
  const [one, two] = await Promise.all([up(optionsFor(stateFolder)), up(optionsFor(stateFolder))]);
  assert.deepEqual(one, two);
  assert.equal((await ownProcesses()).filter(isServer).length, 1);
  assert.match(one.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(one.secretAccessKey.length, 40);
  assert.equal(one.accountId, '000000000000');
  first = one;
});

test('one that runs is found again at once, and asked about without being changed', async () => {
  const startedAt = performance.now();
  assert.deepEqual(await up(optionsFor(stateFolder)), first);
  assert.ok(performance.now() - startedAt < 1000);
  const { running, endpoint, leftovers } = await status({ stateFolder });
  assert.deepEqual(
    { running, endpoint, leftovers },
    { running: true, endpoint: first.endpoint, leftovers: false },
  );
});

test('one that another version of bake started is left alone while an instance runs, then replaced', async () => {
  const bench = await openWorkbench(stateFolder, ['debian-12']);
  const instance = await bench.launch(bench.source('debian-12'));
  await writeJson(place.configFile, { ...bench.config, code: 'other' });
  await assert.rejects(up(optionsFor(stateFolder)), /another version of bake, and 1 of its instances run/);
  assert.equal(await bench.ssh(instance, 'echo here'), 'here');
  await bench.terminate(instance);

  const told: string[] = [];
  const next = await up({ ...optionsFor(stateFolder), report: ({ detail }) => told.push(detail) });
  assert.notEqual(next.secretAccessKey, bench.config.secretAccessKey);
  assert.match(told.join('\n'), /another version of bake; images that were baked in it are gone/);
  assert.deepEqual(await lines(await docker(), ['image', 'ls', '--quiet', place.name]), []);
  assert.deepEqual(await up(optionsFor(stateFolder)), next);
  first = next;
});

test('what a crash of the server left is removed by the next start, which has other keys', async () => {
  const bench = await openWorkbench(stateFolder, ['debian-12']);
  const instance = await bench.launch(bench.source('debian-12'));
  const motos = (await ownProcesses()).filter(isMoto);
  assert.equal(await kill(isServer), 1);
  assert.deepEqual(await status({ stateFolder }), { running: false, leftovers: true });

  const second = await up(optionsFor(stateFolder));
  assert.notEqual(second.accessKeyId, first.accessKeyId);
  assert.notEqual(second.secretAccessKey, first.secretAccessKey);
  const now = (await ownProcesses()).map(({ pid }) => pid);
  assert.ok(motos.length === 1 && motos.every(({ pid }) => !now.includes(pid)));
  const containers = await lines(await docker(), ['ps', '--all', '--format={{.Names}}']);
  assert.ok(!containers.some((name) => name.includes(instance.id)));
});

test('the root filesystem is there after that, and a firewall that was flushed before the next instance', async () => {
  const bench = await openWorkbench(stateFolder, []);
  const image = bench.source('debian-12');
  await bench.terminate(await bench.launch(image));
  const nft = ['exec', `${place.name}-firewall`, 'nft'];
  await bench.docker([...nft, 'delete', 'table', 'inet', place.name]);
  const instance = await bench.launch(image);
  assert.match(await bench.docker([...nft, 'list', 'table', 'inet', place.name]), /169\.254\.0\.0\/16 drop/);
  assert.equal(await bench.ssh(instance, 'echo here'), 'here');
});

test('the end leaves nothing, also after a crash of everything at once', async () => {
  const { docker: engine } = await readConfig(join(stateFolder, 'server-config.json'));
  assert.ok((await kill(isServer)) > 0);
  await kill(isMoto);
  if (engine.own) assert.ok((await kill(({ program }) => program === 'dockerd')) > 0);

  await down({ stateFolder, report: () => {} });

  assert.deepEqual(await ownProcesses(), []);
  assert.ok(!(place.bridge in networkInterfaces()));
  for (const path of [place.stateFolder, place.runtimeFolder, `/sys/class/net/${place.bridge}`]) {
    await assert.rejects(access(path), { code: 'ENOENT' });
  }
  if (!engine.own) await assertEngineIsEmpty();
  const nft = await findProgram('nft');
  if (nft !== undefined) assert.doesNotMatch(await run(nft, ['list', 'ruleset']), new RegExp(place.name));
  // Another one can be started, and ended, where this one was.
  await down({ stateFolder, report: () => {} });
});

/** A machine's own engine goes on, without anything of the rehearsal. */
async function assertEngineIsEmpty(): Promise<void> {
  const client = dockerClient({ command: 'docker', host: 'unix:///var/run/docker.sock' });
  const filter = `--filter=label=${LABEL}=${place.name}`;
  for (const list of [
    ['ps', '--all'],
    ['image', 'ls'],
    ['network', 'ls'],
  ]) {
    assert.deepEqual(await lines(client, [...list, '--quiet', filter]), []);
  }
}

test('no rehearsal where none was started', async () => {
  const empty = await newStateFolder();
  try {
    assert.deepEqual(await status({ stateFolder: empty }), { running: false, leftovers: false });
    await assert.rejects(access(empty), { code: 'ENOENT' });
  } finally {
    await rm(dirname(empty), { recursive: true, force: true });
  }
});

test('a start that is cancelled says so, and the next one succeeds', async () => {
  const folder = await newStateFolder();
  try {
    const cancelled = up({ ...optionsFor(folder), signal: AbortSignal.timeout(300) });
    await assert.rejects(cancelled, ({ name }: Error) => name === 'TimeoutError' || name === 'AbortError');
    assert.match((await up(optionsFor(folder))).endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
  } finally {
    await down({ stateFolder: folder, report: () => {} });
    await rm(dirname(folder), { recursive: true, force: true });
  }
});
