import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '../../src/alerts/lines.ts';
import { readAlert, subjectsOf } from '../../src/alerts/read-alert.ts';
import { OTHER_HOSTS, Tally } from '../../src/alerts/tally.ts';
import { alertLine } from './support.ts';

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, previousFrom: undefined };

test('an alert is read, and what is none is not', () => {
  assert.equal(readAlert(alertLine({ rule: 550, file: '/etc/x' }))?.file, '/etc/x');
  for (const line of [
    '',
    'x',
    '[]',
    'null',
    '{"rule":{"sidid":"5"}}',
    '{"rule":{"sidid":0}}',
    '{"rule":[]}',
  ]) {
    assert.equal(readAlert(line), undefined, line);
  }
  assert.equal(readAlert('{"rule":{"sidid":5}}')?.time, undefined);
  fc.assert(fc.property(fc.json(), (line) => void readAlert(line)));
});

test('an alert is about a file, ports, an address, or the file that it stood in', () => {
  const about = (wanted: Parameters<typeof alertLine>[0]) => {
    const alert = readAlert(alertLine(wanted));
    return alert && subjectsOf(alert).map(({ kind, value }) => `${kind} ${value}`);
  };
  const ports = 'policy=violation undeclared=tcp/0.0.0.0:31337(nc),udp/[::]:4444(socat),tcp/[::]:31337(nc)';
  assert.deepEqual(about({ rule: 990_002, log: ports }), ['port 31337/tcp', 'port 4444/udp']);
  assert.deepEqual(about({ file: '/a' }), ['file /a']);
  assert.deepEqual(about({ address: '203.0.113.7' }), ['address 203.0.113.7']);
  assert.deepEqual(about({}), ['source /var/log/auth.log']);
});

test('however the bytes come, the lines are the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(20)), (text, sizes) => {
      const bytes = Buffer.from(text);
      const splitter = new LineSplitter();
      const lines: string[] = [];
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        lines.push(...splitter.push(bytes.subarray(at, at + size)));
        at += size;
      }
      lines.push(...splitter.end());
      const whole = bytes.toString('utf8').split('\n');
      assert.deepEqual(lines, whole.at(-1) === '' ? whole.slice(0, -1) : whole);
    }),
  );
});

test('a line without an end takes no memory, and the next one is read', () => {
  const splitter = new LineSplitter();
  for (let n = 0; n < 40; n++) splitter.push(Buffer.alloc(100_000, 'x'));
  assert.deepEqual(splitter.push(Buffer.from('xx\nnext\nla')), ['next']);
  assert.deepEqual([splitter.tooLong, splitter.end()], [1, ['la']]);
});

test('periods are told apart, and what lies outside is not counted', () => {
  const tally = new Tally({ from: 1_793_500_000, to: 1_793_600_000, previousFrom: 1_793_400_000 });
  for (const time of [1_793_399_999, 1_793_400_000, 1_793_499_999, 1_793_500_000, 1_793_600_001]) {
    const alert = readAlert(alertLine({ time }));
    if (alert) tally.add(alert, 'f');
  }
  const [host] = tally.result();
  assert.deepEqual([host?.rules[0]?.before, host?.rules[0]?.count, host?.since], [2, 1, 1_793_399_999]);
});

test('names that somebody invents do not fill the memory', () => {
  const tally = new Tally(ALL);
  for (let n = 0; n < 5000; n++) {
    const alert = readAlert(alertLine({ host: `h${n}`, rule: 550, file: `/f/${n}` }));
    if (alert) tally.add(alert, 'f');
  }
  const hosts = tally.result();
  assert.equal(hosts.length, 2001);
  assert.equal(hosts.find(({ host }) => host === OTHER_HOSTS)?.rules[0]?.count, 3000);
  const one = new Tally(ALL);
  for (let n = 0; n < 5000; n++) {
    const alert = readAlert(
      alertLine({ rule: 550, file: `/some/folder/${n}`, time: 1_700_000_000 + n * 400 }),
    );
    if (alert) one.add(alert, 'f');
  }
  const [host] = one.result();
  const subjects = host?.rules[0]?.subjects ?? [];
  assert.deepEqual(subjects[0], { kind: 'folder', value: '/some/folder', count: 5000 - 256 });
  assert.equal(host?.bucketSeconds, 600);
  assert.equal(
    host?.rules[0]?.buckets.reduce((sum, [, count]) => sum + count, 0),
    5000,
  );
});
