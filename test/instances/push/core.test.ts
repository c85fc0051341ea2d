import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstanceState } from '../../../src/instances/look.ts';
import { makeBundle } from '../../../src/instances/push/bundle.ts';
import { changeOf, extraOf } from '../../../src/instances/push/change.ts';
import {
  BUSY,
  bundleKey,
  NOT_THE_BUNDLE,
  PUSH_STEP,
  pushDocument,
} from '../../../src/instances/push/document.ts';
import { isError, outcomeOf } from '../../../src/instances/push/outcome.ts';
import { textDiff } from '../../../src/instances/push/text-diff.ts';
import { wantedLayer } from '../../../src/instances/push/wanted.ts';
import { canariesOf, sizeOf, wavesOf } from '../../../src/instances/push/waves.ts';
import type { CommandOutcome } from '../../../src/instances/run-command.ts';
import { effectiveOssec } from '../../../src/ossec/config.ts';
import { loadAssets } from '../../../src/world/assets.ts';
import { parseObjectFolder } from '../../../src/world/s3.ts';
import { testFleet } from '../../support/fleet.ts';

const assets = await loadAssets();
const FLEET = testFleet();
const CONFIG = effectiveOssec(FLEET);
const LAYER = wantedLayer(CONFIG, assets);
const OSSEC = { version: '4.1.0', tarball: 'a'.repeat(64) };

/** An instance that a bake has just made. */
function stateOf(changes: Partial<InstanceState> = {}): InstanceState {
  const digests = Object.fromEntries(LAYER.files.map(({ path, sha256 }) => [path, sha256]));
  return {
    version: 1,
    installed: true,
    ossec: 'v4.1.0',
    flavour: 'local',
    tarball: OSSEC.tarball,
    platform: 'debian-12-amd64',
    layer: digests,
    programs: {},
    owners: Object.fromEntries(
      LAYER.files.map(({ path, mode, owner, group }) => [path, `${mode} ${owner} ${group}`]),
    ),
    left: false,
    daemons: { 'ossec@execd.service': 'active' },
    push: null,
    texts: {},
    ...changes,
  };
}

test('what an image has, a push does not change', () => {
  assert.deepEqual(changeOf(stateOf(), LAYER, OSSEC), { kind: 'none' });
});

test('what differs is a change of files, of the version, or an installation', () => {
  const { '/etc/bake/ossec/ports.allow': _, ...others } = stateOf().layer;
  const files = ['/etc/bake/ossec/ports.allow'];
  assert.deepEqual(changeOf(stateOf({ layer: others }), LAYER, OSSEC), { kind: 'config', files });
  const mail = '/etc/systemd/system/ossec.target.d/maild.conf';
  assert.deepEqual(changeOf(stateOf({ programs: { [mail]: 'b' } }), LAYER, OSSEC), {
    kind: 'config',
    files: [mail],
  });
  assert.deepEqual(changeOf(stateOf({ tarball: 'b' }), LAYER, OSSEC), {
    kind: 'version',
    from: 'v4.1.0',
    to: '4.1.0',
    files: [],
  });
  assert.deepEqual(changeOf(stateOf({ flavour: 'server', tarball: null }), LAYER, OSSEC), {
    kind: 'install',
    instead: 'v4.1.0 (server)',
  });
  assert.deepEqual(changeOf(stateOf({ installed: false, ossec: null }), LAYER, OSSEC), {
    kind: 'install',
    instead: undefined,
  });
});

test('whose a file is, and who may read it, is a change', () => {
  const path = '/var/ossec/etc/ossec.conf';
  for (const owner of ['0644 root ossec', '0640 ossec ossec', '0640 root root']) {
    const owners = { ...stateOf().owners, [path]: owner };
    assert.deepEqual(changeOf(stateOf({ owners }), LAYER, OSSEC), { kind: 'config', files: [path] });
  }
});

test('what does not run, and a push that was ended midway, is put right', () => {
  const daemons = { 'ossec@execd.service': 'active', 'ossec@analysisd.service': 'failed' };
  const down = ['ossec@analysisd.service'];
  assert.deepEqual(changeOf(stateOf({ daemons }), LAYER, OSSEC), { kind: 'repair', isLeft: false, down });
  assert.deepEqual(changeOf(stateOf({ left: true }), LAYER, OSSEC), {
    kind: 'repair',
    isLeft: true,
    down: [],
  });
  assert.equal(changeOf(stateOf({ left: true, tarball: null }), LAYER, OSSEC).kind, 'install');
  assert.equal(changeOf(stateOf({ left: true, tarball: 'b' }), LAYER, OSSEC).kind, 'version');
});

test('a drop-in that is not of the layer is named', () => {
  const own = '/etc/systemd/system/ossec@execd.service.d/bake.conf';
  const mail = '/etc/systemd/system/ossec.target.d/maild.conf';
  const theirs = '/run/systemd/system/ossec@execd.service.d/evil.conf';
  const programs = { [own]: 'a', [mail]: 'a', [theirs]: 'a', '/etc/systemd/system/ossec.service': 'a' };
  assert.deepEqual(extraOf(stateOf({ programs }), LAYER), [theirs]);
});

test('the same fleet file gives the same bundle', () => {
  const make = () => makeBundle({ fleet: FLEET, config: CONFIG, layer: LAYER, assets, ossec: OSSEC });
  assert.equal(make().sha256, make().sha256);
  const tree = Buffer.from('tree');
  const version = { platform: 'debian-12-amd64', tarball: Buffer.from('tar'), tree };
  const whole = makeBundle({ fleet: FLEET, config: CONFIG, layer: LAYER, assets, ossec: OSSEC, version });
  assert.notEqual(whole.sha256, make().sha256);
});

test('the document says where bundles come from, and takes a digest only', () => {
  const place = parseObjectFolder('s3://shop/pushed');
  assert.deepEqual(place, { bucket: 'shop', prefix: 'pushed' });
  assert.equal(bundleKey(parseObjectFolder('s3://shop'), 'ab'), 'ab.tar.gz');
  const { name, content } = pushDocument('shop', 'eu-central-1', place);
  assert.equal(name, 'bake-push-shop');
  const { parameters, mainSteps } = JSON.parse(content);
  assert.deepEqual(Object.keys(parameters), ['Bundle']);
  assert.equal(parameters.Bundle.allowedPattern, '^[0-9a-f]{64}$');
  assert.match(
    mainSteps[1].inputs.sourceInfo,
    /"https:\/\/s3\.eu-central-1\.amazonaws\.com\/shop\/pushed\/\{\{ Bundle \}\}\.tar\.gz"/,
  );
  assert.ok(mainSteps.every(({ inputs }: { inputs: { onFailure: string } }) => inputs.onFailure === 'exit'));
});

test('everybody is in one wave', () => {
  const all = Array.from({ length: 25 }, (_, n) => n);
  const waves = wavesOf(all, sizeOf('40%', 25));
  assert.deepEqual(
    waves.map(({ length }) => length),
    [10, 10, 5],
  );
  assert.deepEqual(waves.flat(), all);
  assert.equal(wavesOf(all, sizeOf('1%', 25)).length, 25);
  assert.deepEqual(wavesOf([], 10), []);
});

test('of each bundle that has not proven itself, some come first', () => {
  const left = ['a', 'b', 'a', 'b', 'c'].map((bundle, n) => ({ instanceId: `i-${n}`, bundle }));
  const ids = (proven: string[], count: number) =>
    canariesOf(left, new Set(proven), count).map(({ instanceId }) => instanceId);
  assert.deepEqual(ids([], 1), ['i-0', 'i-1', 'i-4']);
  assert.deepEqual(ids(['a'], 2), ['i-1', 'i-3', 'i-4']);
  assert.deepEqual(ids(['a', 'b', 'c'], 1), []);
  assert.deepEqual(ids([], 0), []);
});

test('a text becomes the other one by the lines that differ', () => {
  const line = fc.constantFrom('a', 'b', 'c', '');
  const text = fc.array(line, { maxLength: 12 }).map((all) => all.map((one) => `${one}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = textDiff(before, after) ?? [];
      const count = (kind: string) => diff.filter((one) => one.kind === kind).length;
      const lines = (of: string) => of.split('\n').length;
      assert.equal(count('added') - count('removed'), lines(after) - lines(before));
      if (before === after) assert.deepEqual(diff, []);
    }),
  );
  assert.deepEqual(textDiff('a\nb\nc\n', 'a\nx\nc\n'), [
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
  ]);
});

test('what an instance says of its push is read, and nothing else is a success', () => {
  const said = (stdout: string, kind: 'done' | 'failed' = 'done', parts: Partial<CommandOutcome> = {}) =>
    outcomeOf({
      ...{ instanceId: 'i-1', kind, problem: '', stdout, stderr: 'oh\nno', exitCode: 0 },
      ...{ stdoutAt: undefined, endedWith: PUSH_STEP, ...parts },
    });
  assert.equal(said('{"version":1,"result":"updated","lines_seconds":1.5}').linesSeconds, 1.5);
  assert.deepEqual(
    said('{"version":1,"result":"rolled-back","reason":"deaf"}', 'failed').kind,
    'rolled-back',
  );
  assert.equal(said('', 'failed').kind, 'unknown');
  for (const exitCode of [NOT_THE_BUNDLE, BUSY]) {
    assert.equal(said('', 'failed', { exitCode }).kind, 'refused');
  }
  const broken = said('{"version":1,"result":"broken","reason":"no room"}', 'failed');
  assert.deepEqual([broken.kind, broken.reason, isError(broken)], ['broken', 'no room', true]);
  const killed = '{"version":1,"result":"updated"}\n{"version":1,"result":"rolled-back"}\n';
  assert.equal(said(killed, 'failed').kind, 'rolled-back', 'what systemd says afterwards counts');
  assert.equal(said('', 'failed', { endedWith: 'fetch', exitCode: 1 }).kind, 'refused');
  for (const stdout of ['', 'updated', '{"result":"updated"}', '[]']) {
    assert.deepEqual(said(stdout), { instanceId: 'i-1', kind: 'unknown', reason: 'no' });
  }
});
