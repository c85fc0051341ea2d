import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceState } from '../../src/instances/look.ts';
import type { Change } from '../../src/instances/push/change.ts';
import type { WantedLayer } from '../../src/instances/push/wanted.ts';
import { outcomeLines, planLines } from '../../src/report/instances/push.ts';
import { waveWords } from '../../src/report/instances/wave.ts';
import { testRole } from '../support/fleet.ts';

const PATH = '/etc/bake/ossec/ports.allow';
const file = {
  path: PATH,
  sha256: 'new',
  content: 'tcp/80\ntcp/8080\n',
  mode: '0644',
  owner: 'root',
  group: 'root',
};
const layer = { files: [file] } as unknown as WantedLayer;

function planned(state: Partial<InstanceState>, change: Change = { kind: 'config', files: [PATH] }) {
  const one = {
    ...{
      id: 'i-1',
      group: 'g',
      role: testRole(),
      state: { ossec: 'v4.1.0', owners: {}, layer: {}, programs: {}, texts: {}, ...state } as InstanceState,
    },
    change,
  };
  return planLines({ changes: [one], upToDate: [], unreachable: [] }, () => layer);
}

test('what would change is shown line by line, and what is not known is not shown as empty', () => {
  const cases: ReadonlyArray<[Partial<InstanceState>, string[]]> = [
    [{ layer: { [PATH]: 'a' }, texts: { [PATH]: 'tcp/80\n' } }, ['    + tcp/8080']],
    [{ layer: {}, texts: {} }, ['    + tcp/80', '    + tcp/8080']],
    [{ layer: { [PATH]: 'a' } }, ['    differs; what it is now had no room in the answer']],
    [{ programs: { [PATH]: 'a' } }, ["    is another version of bake's own"]],
    [
      { programs: { [PATH]: 'new' }, owners: { [PATH]: '0666 root root' } },
      ['    0644 root root in the place of 0666 root root'],
    ],
  ];
  for (const [state, expected] of cases) assert.deepEqual(planned(state).slice(2), expected);
  const owners = { [PATH]: '0666 root root' };
  assert.deepEqual(
    planned({ owners, layer: { [PATH]: 'a' }, texts: { [PATH]: 'tcp/80\ntcp/8080\n' } }).slice(2),
    ['    0644 root root in the place of 0666 root root'],
  );
});

test('what goes is said', () => {
  const gone = '/etc/bake/old';
  const change: Change = { kind: 'config', files: [gone] };
  assert.deepEqual(planned({ programs: { [gone]: 'a' } }, change).slice(2), ['    is removed']);
});

test('what is put right is said', () => {
  const down = ['ossec@execd.service'];
  assert.deepEqual(planned({}, { kind: 'repair', isLeft: false, down }), [
    'i-1: OSSEC does not run as a whole, and is started: ossec@execd.service',
  ]);
  assert.deepEqual(planned({ left: true }, { kind: 'repair', isLeft: true, down }), [
    'i-1: an earlier push was ended midway, which is undone first',
  ]);
  const [both] = planned({ left: true }, { kind: 'install', instead: undefined });
  assert.equal(
    both,
    'i-1: an earlier push was ended midway, which is undone first; then has no OSSEC: it is installed',
  );
});

test('a scan that has not ended is not told as one that took no time', () => {
  const base = { kind: 'updated' as const, reason: '', linesSeconds: 1.5 };
  assert.deepEqual(
    outcomeLines([
      { ...base, instanceId: 'i-1', filesSeconds: 60 },
      { ...base, instanceId: 'i-2', filesSeconds: null },
    ]).map((line) => line.replaceAll(/ +/g, ' ')),
    [
      'i-1 updated log lines unheard for 1.5 s, files compared again after 60 s',
      'i-2 updated log lines unheard for 1.5 s, not all files compared again yet: the scan goes on',
      '2 updated',
      'at most 1.5 s without log lines, 60 s until all files were compared again, on 1 the scan of files goes on',
    ],
  );
});

test('each wave is told before it begins', () => {
  const ids = Array.from({ length: 7 }, (_, n) => `i-${n}`);
  const wave = { type: 'push.wave' as const, instanceIds: ids.slice(0, 1), isCanary: true, left: 7 };
  assert.equal(waveWords(wave), 'canary: i-0; 7 wait');
  assert.equal(
    waveWords({ ...wave, instanceIds: ids, isCanary: false, left: 0 }),
    'wave: i-0, i-1, i-2, i-3, i-4 and 2 more',
  );
});
