import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { BakeEvent } from '../../src/events.ts';
import { Failed, type PrerequisiteFailure } from '../../src/failure.ts';
import { parseInstalled } from '../../src/packer/machine.ts';
import { everySecond } from '../../src/packer/pace.ts';
import { ensureTools, type PackerTools, probeTools } from '../../src/packer/tools.ts';
import { openCache } from '../../src/world/cache.ts';
import { type FakeMachine, fakeGo, fakeMachine, fakePacker, PLUGIN } from './machine.ts';

async function ensure(
  machine: FakeMachine,
  variables: Record<string, string> = {},
): Promise<{ tools: PackerTools; events: BakeEvent[] }> {
  const events: BakeEvent[] = [];
  const emit = (event: BakeEvent) => events.push(event);
  const environment = { ...machine.environment, FAKE_PACKER: fakePacker('1.16.0'), ...variables };
  const tools = await ensureTools({ cache: openCache(machine.cache, emit), environment, emit });
  return { tools, events };
}

async function missing(
  t: TestContext,
  programs: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<PrerequisiteFailure> {
  const error = await ensure(await fakeMachine(t, programs), variables).then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failed);
  const [failure] = error.failures;
  assert.ok(failure?.kind === 'prerequisite');
  return failure;
}

test('The machine’s own Packer and plugin are used where they are new enough, and nothing is built.', async (t) => {
  const machine = await fakeMachine(t, {
    packer: fakePacker('1.11.0', PLUGIN('1.3.0'), PLUGIN('1.8.0'), PLUGIN('2.0.0')),
  });
  const { tools, events } = await ensure(machine);
  assert.deepEqual(tools, {
    packer: join(machine.folder, 'bin/packer'),
    packerVersion: '1.11.0',
    pluginVersion: '1.8.0',
    environment: { PACKER_PLUGIN_PATH: '/plugins', PACKER_CONFIG_DIR: '/plugins', CHECKPOINT_DISABLE: '1' },
  });
  assert.deepEqual(events, []);
  await assert.rejects(stat(machine.cache), { code: 'ENOENT' });
});

test('A machine without Packer gets both built, with progress, and finds them again.', async (t) => {
  const machine = await fakeMachine(t, { go: fakeGo('1.26.8') });
  const { tools, events } = await ensure(machine);
  assert.equal(tools.packerVersion, '1.16.0');
  assert.equal(tools.pluginVersion, '1.8.1');
  assert.ok(tools.packer.startsWith(machine.cache));
  const folder = tools.environment.PACKER_PLUGIN_PATH ?? '';
  assert.ok(folder.startsWith(machine.cache));
  assert.deepEqual(await readdir(join(folder, 'github.com/hashicorp/amazon')), [
    'packer-plugin-amazon_v1.8.1_x5.0_linux_amd64',
  ]);
  assert.deepEqual(await readdir(folder), ['github.com']);
  assert.deepEqual(
    events.map((event) => ('item' in event ? `${event.type} ${event.item}` : event.type)),
    ['Packer 1.16.0', "Packer's amazon plugin 1.8.1"].flatMap((item) => [
      `setup.started ${item}`,
      `setup.progress ${item}`,
      `setup.finished ${item}`,
    ]),
  );
  const again = await ensure(machine);
  assert.deepEqual(again.tools, tools);
  assert.deepEqual(again.events, []);
});

test('A Packer that is too old is left alone.', async (t) => {
  const machine = await fakeMachine(t, {
    go: fakeGo('1.26.8'),
    packer: fakePacker('1.10.3', PLUGIN('1.8.1')),
  });
  const { tools } = await ensure(machine);
  assert.ok(tools.packer.startsWith(machine.cache));
});

test('Another program that is called packer is no Packer.', async (t) => {
  const machine = await fakeMachine(t, { go: fakeGo('1.26.8'), packer: 'echo 0 0' });
  const { tools } = await ensure(machine);
  assert.ok(tools.packer.startsWith(machine.cache));
});

for (const plugin of ['1.7.9', '2.1.0', '1.8.1-dev']) {
  test(`With the plugin ${plugin} only the plugin is built.`, async (t) => {
    const machine = await fakeMachine(t, {
      go: fakeGo('1.26.8'),
      packer: fakePacker('1.14.2', PLUGIN(plugin)),
    });
    const { tools } = await ensure(machine);
    assert.equal(tools.packer, join(machine.folder, 'bin/packer'));
    assert.equal(tools.pluginVersion, '1.8.1');
    assert.deepEqual(await readdir(machine.cache), ['packer-plugin-amazon']);
  });
}

test('Without Packer and without Go the failure says how to get either.', async (t) => {
  const failure = await missing(t, {});
  assert.equal(failure.problem, 'Packer is not on this machine, and Go, which could build it, neither');
  assert.match(failure.remedy ?? '', /Go 1\.18 or later.* or Packer 1\.11 or later/);
  assert.ok(failure.commands?.some((command) => command.endsWith(' golang-go')));
});

test('Without plugin and without Go the failure says how to install the plugin.', async (t) => {
  const failure = await missing(t, { packer: fakePacker('1.14.0') });
  assert.deepEqual(failure.commands, ['packer plugins install github.com/hashicorp/amazon']);
});

test('A Go that is too old to fetch a newer one, or may not, is told.', async (t) => {
  const old = await missing(t, { go: fakeGo('1.15.15') });
  assert.match(old.remedy ?? '', /^install Go 1\.18 or later/);
  const local = await missing(t, { go: fakeGo('1.24.4') }, { GOTOOLCHAIN: 'local' });
  assert.deepEqual(local.commands, ['unset GOTOOLCHAIN']);
});

test('A Go that fetches by itself what a module needs is told to, whatever its distribution thinks.', async (t) => {
  const go = fakeGo('1.24.4', '[ "$GOTOOLCHAIN" = auto ] || exit 5');
  const { tools } = await ensure(await fakeMachine(t, { go }));
  assert.equal(tools.packerVersion, '1.16.0');
});

test('A Go that does not know how is made to fetch the one that is needed, which then builds.', async (t) => {
  const machine = await fakeMachine(t, { go: fakeGo('1.19.8') });
  const { tools, events } = await ensure(machine, { NEWER_GO: `#!/bin/sh\n${fakeGo('1.26.3')}` });
  assert.equal(tools.packerVersion, '1.16.0');
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'setup.finished' ? [event.item] : [])),
    ['Go 1.26.3', 'Packer 1.16.0', 'Go 1.26.3', "Packer's amazon plugin 1.8.1"],
  );
  const mode = async (path: string) => (await stat(join(machine.folder, 'newer', path))).mode & 0o777;
  assert.equal(await mode('pkg/tool/linux_amd64/compile'), 0o755);
});

test('A build that fails tells Go’s words and the way out, and leaves nothing.', async (t) => {
  const failure = await missing(t, {
    go: fakeGo('1.26.8', 'echo "go: example.com/a: dial tcp: lookup proxy: no such host" >&2; exit 1'),
  });
  assert.match(
    failure.problem,
    /could not build github\.com\/hashicorp\/packer: go: example\.com\/a: dial tcp/,
  );
  assert.match(failure.remedy ?? '', /GOPROXY/);
});

test('A build that is interrupted says so and leaves nothing.', async (t) => {
  const machine = await fakeMachine(t, { go: fakeGo('1.26.8', 'exec /bin/sleep 300') });
  const cache = openCache(machine.cache);
  const options = {
    cache,
    environment: machine.environment,
    emit: () => {},
    signal: AbortSignal.timeout(300),
  };
  await assert.rejects(
    ensureTools(options),
    /^Failed: stopped while github\.com\/hashicorp\/packer was being built$/,
  );
  assert.deepEqual(await readdir(join(machine.cache, 'packer')), []);
});

test('The probe tells what is there, what the first bake makes, and what is missing, and changes nothing.', async (t) => {
  const cases: Array<[Record<string, string>, string[]]> = [
    [{}, ['Packer missing', 'plugin missing']],
    [{ go: fakeGo('1.26.8') }, ['Packer can be made', 'plugin can be made']],
    [{ go: fakeGo('1.19.8') }, ['Packer can be made', 'plugin can be made']],
    [{ go: fakeGo('1.15.15') }, ['Packer missing', 'plugin missing']],
    [{ packer: fakePacker('1.12.0') }, ['Packer there', 'plugin missing']],
    [{ packer: fakePacker('1.12.0', PLUGIN('1.8.1')) }, ['Packer there', 'plugin there']],
    [{ packer: fakePacker('1.9.0', PLUGIN('1.8.1')) }, ['Packer missing', 'plugin missing']],
  ];
  for (const [programs, expected] of cases) {
    const machine = await fakeMachine(t, programs);
    const checks = await probeTools({ environment: machine.environment });
    assert.deepEqual(
      checks.map(({ name, status }) => `${name.split(' ').at(-1)} ${status}`),
      expected,
    );
    for (const check of checks) assert.equal(check.commands !== undefined, check.status === 'missing');
    await assert.rejects(stat(machine.cache), { code: 'ENOENT' });
  }
});

test('The probe knows what bake has built.', async (t) => {
  const machine = await fakeMachine(t, { go: fakeGo('1.26.8') });
  await ensure(machine);
  const checks = await probeTools({ environment: machine.environment });
  assert.deepEqual(
    checks.map(({ detail }) => detail),
    ['1.16.0, built by bake', '1.8.1, built by bake'],
  );
});

test('Of what Packer lists, only the amazon plugin counts.', () => {
  const list = [
    '/p/github.com/hashicorp/azure/packer-plugin-azure_v2.0.0_x5.0_linux_amd64',
    PLUGIN('1.8.3'),
    'No plugins',
  ];
  assert.deepEqual(parseInstalled(list.join('\n')), [
    { folder: '/plugins', version: [1, 8, 3], usable: true },
  ]);
});

test('Progress is told at once and then once a second.', () => {
  const told: string[] = [];
  let clock = 0;
  const report = everySecond(
    (detail) => told.push(detail),
    () => clock,
  );
  for (const time of [0, 10, 999, 1000, 1500, 2600]) {
    clock = time;
    report(String(time));
  }
  assert.deepEqual(told, ['0', '1000', '2600']);
});
