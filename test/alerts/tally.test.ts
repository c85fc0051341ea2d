import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '../../src/alerts/lines.ts';
import { readAlert, subjectOf } from '../../src/alerts/read-alert.ts';
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
    const { kind, value } = subjectOf(alert ?? assert.fail());
    return `${kind} ${value}`;
  };
  const ports = 'policy=violation undeclared=tcp/0.0.0.0:31337(nc),udp/[::]:4444(socat),tcp/[::]:31337(nc)';
  assert.deepEqual(about({ rule: 990_002, log: ports }), 'port 31337/tcp, 4444/udp');
  assert.deepEqual(about({ file: '/a' }), 'file /a');
  assert.deepEqual(about({ address: '203.0.113.7' }), 'address 203.0.113.7');
  assert.deepEqual(about({}), 'source /var/log/auth.log');
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
  for (const time of [1_793_399_999, 1_793_400_000, 1_793_499_999, 1_793_500_000]) {
    const alert = readAlert(alertLine({ time }));
    if (alert) tally.add(alert, 'f');
  }
  const { rules, since } = tally.result();
  assert.deepEqual([rules[0]?.before, rules[0]?.count, since], [2, 1, 1_793_399_999]);
});

test('an alert from the future is counted, but at no time', () => {
  const to = 1_793_600_000;
  const tally = new Tally({ from: 0, to, previousFrom: undefined });
  for (const time of [to - 50, to + 600, to + 300_000_000]) {
    const alert = readAlert(alertLine({ time }));
    if (alert) tally.add(alert, 'f');
  }
  const { rules, ahead } = tally.result();
  assert.deepEqual([rules[0]?.count, ahead, rules[0]?.first, rules[0]?.last], [3, 2, to - 50, to - 50]);
});

function counted(lines: Iterable<string>) {
  const tally = new Tally(ALL);
  for (const line of lines) {
    const alert = readAlert(line);
    if (alert) tally.add(alert, 'f');
  }
  return tally.result();
}

test('names that somebody invents do not fill the memory', () => {
  const names = Array.from({ length: 5000 }, (_, n) => n);
  const { hosts } = counted(names.map((n) => alertLine({ host: `h${n}` })));
  assert.equal(hosts.length, 2048);
  assert.deepEqual(hosts[0], { host: OTHER_HOSTS, count: 5000 - 2047 });
  const [files] = counted(names.map((n) => alertLine({ rule: 550, file: `/some/folder/${n}` }))).rules;
  assert.equal(files?.series.length, 1025);
  assert.equal(files?.series.find(({ subject }) => subject.value === '/some/folder')?.count, 5000 - 1024);
  const [addresses] = counted(names.map((n) => alertLine({ address: `a${n}` }))).rules;
  assert.deepEqual([addresses?.series.length, addresses?.others], [256, 5000 - 256]);
  const rules = counted(names.map((n) => alertLine({ rule: n + 1 })).concat(alertLine({ rule: 9999 })));
  assert.deepEqual([rules.rules.length, rules.omitted], [5000, 1]);
});
