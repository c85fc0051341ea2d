/** What an instance counts and what bake counts itself are the same. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { constants, gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { z } from 'zod';
import { readAlert } from '../../src/alerts/read-alert.ts';
import { Tally } from '../../src/alerts/tally.ts';
import { lookDocument } from '../../src/instances/documents.ts';
import { unfold } from '../../src/instances/look.ts';
import { ALERTS, tallyOf } from '../../src/instances/look-at-alerts.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { alertLine } from './support.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'documents', 'look', 'look.py');

function look(text: string, ...args: readonly string[]): Promise<string> {
  return lookInto({ 'alerts.json': text }, ...args);
}

async function lookInto(
  files: Readonly<Record<string, string | Buffer>>,
  ...args: readonly string[]
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-look-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'alerts', path)), { recursive: true });
      await writeFile(join(folder, 'alerts', path), content);
    }
    const script = (await readFile(SCRIPT, 'utf8')).replace('/var/ossec/logs/alerts', join(folder, 'alerts'));
    const { stdout } = await execa('python3', ['-I', '-B', '-', ...args], { input: script });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const now = Math.floor(Date.now() / 1000);
const alerts = Array.from({ length: 900 }, (_, n) =>
  alertLine({
    rule: [550, 5720, 990_002][n % 3] ?? 0,
    time: now - 90_000 + n * 99,
    ...(n % 3 === 0 ? { file: `/etc/${n % 7}/${n % 11}` } : {}),
    ...(n % 3 === 2
      ? { log: `undeclared=tcp/0.0.0.0:${80 + (n % 8)}(nc)` }
      : { address: `203.0.113.${n % 4}` }),
  }),
);

test('an instance counts as bake does', async () => {
  const ahead = alertLine({ rule: 554, file: '/f', time: now + 86_400 });
  const stdout = await look([...alerts, ahead, 'no alert', ''].join('\n'), 'alerts', '86400', '300');
  const answer = unfold(stdout, ALERTS) ?? assert.fail();
  assert.deepEqual([answer.unreadable, answer.ahead, answer.damaged], [1, 1, 0]);
  const period = { from: now - 86_400, to: now + 60, previousFrom: now - 2 * 86_400 };
  const [own, others] = [new Tally(period), new Tally(period)];
  for (const line of [...alerts, ahead]) own.add(readAlert(line) ?? assert.fail(), 'h1');
  others.addHost(tallyOf('h1', answer));
  assert.deepEqual(comparable(others), comparable(own));
});

function comparable(tally: Tally) {
  const { hosts, rules, since, ahead } = tally.result();
  const sorted = rules.toSorted((a, b) => a.rule - b.rule);
  return {
    ...{ hosts, since, ahead },
    rules: sorted.map(({ timeline, series, ...rule }) => ({
      ...rule,
      timeline: cellsOf(timeline.cells()),
      series: series
        .map(({ buckets, ...one }) => ({ ...one, cells: cellsOf(buckets?.cells() ?? []) }))
        .toSorted((a, b) => (a.subject.value < b.subject.value ? -1 : 1)),
    })),
  };
}

function cellsOf(cells: Iterable<{ readonly time: number; readonly count: number }>) {
  return [...cells].map(({ time, count }) => [time, count]).toSorted(([a = 0], [b = 0]) => a - b);
}

test('an answer has room in what SSM shows, however much there is to say', async () => {
  const noise = (n: number) => Buffer.from(`${n}`.repeat(40)).toString('base64url');
  const lines = Array.from({ length: 3000 }, (_, n) =>
    alertLine({
      rule: 1000 + (n % 900),
      time: now - n,
      file: `/x/${noise(n * 7919)}`,
      log: noise(n * 104_729),
    }),
  ).join('\n');
  const stdout = await look(lines, 'alerts', '86400', '300');
  assert.ok(stdout.length <= 23_000, String(stdout.length));
  const answer = unfold(
    stdout,
    z.looseObject({ omitted: z.number(), rules: z.array(z.looseObject({ count: z.number() })) }),
  );
  const listed = answer?.rules.reduce((sum, { count }) => sum + count, 0) ?? 0;
  assert.equal(listed + (answer?.omitted ?? 0), 3000);
  const whole = await look(lines, 'alert', '1000', '86400');
  assert.equal(unfold(whole, z.looseObject({ count: z.number() }))?.count, 4);
});

test('an output that goes to S3 has room for far more of a rule', async () => {
  const lines = Array.from({ length: 3000 }, (_, n) =>
    alertLine({
      rule: 550,
      time: now - 3000 + n,
      log: Buffer.from(`${n * 7919}`.repeat(9)).toString('base64'),
    }),
  );
  const ALERT = z.object({ count: z.number(), lines: z.array(z.string()) });
  const short = unfold(await look(lines.join('\n'), 'alert', '550', '86400'), ALERT);
  assert.ok(short && short.count === 3000 && short.lines.length < 300);
  const whole = unfold(await look(lines.join('\n'), 'details', '550', '86400'), ALERT);
  assert.deepEqual(whole, { count: 3000, lines });
});

test('what is grave is counted, whatever a log line says; without a file nothing is known', async () => {
  const lines = [3, 7, 15].map((level) =>
    alertLine({ rule: 1000 + level, level, description: `of ${level}` }),
  );
  lines.push(alertLine({ level: 3, log: '{"level":12}, "level":12, }' }), 'no alert');
  const GRAVE = z.looseObject({ count: z.number() });
  assert.deepEqual(unfold(await look(lines.join('\n'), 'grave', '7'), GRAVE), {
    ...{ version: 1, count: 2 },
    first: { rule: 1007, level: 7, description: 'of 7' },
  });
  assert.deepEqual(unfold(await look('', 'grave', '7'), GRAVE), { version: 1, count: 0, first: null });
  const script = (await readFile(SCRIPT, 'utf8')).replace('/var/ossec/logs/alerts', '/nowhere');
  const { exitCode, stderr } = await execa('python3', ['-I', '-B', '-', 'grave', '7'], {
    input: script,
    reject: false,
  });
  assert.equal(exitCode, 1);
  assert.equal(stderr, 'there is no /nowhere/alerts.json');
});

test('a damaged file is read up to its damage, and said', async () => {
  const whole = gzipSync(alerts.join('\n'));
  const files = {
    '2026/Nov/ossec-alerts-01.json.gz': damagedAfter(alerts.slice(0, 450)),
    '2026/Nov/ossec-alerts-02.json.gz': whole.subarray(0, -30),
    'alerts.json': alertLine({ rule: 7, time: now - 5 }),
  };
  const answer = unfold(await lookInto(files, 'alerts', '86400', '300'), ALERTS);
  assert.deepEqual([answer?.damaged, answer?.unreadable], [2, 0]);
  const found = answer?.rules.map(({ rule }) => rule) ?? [];
  assert.deepEqual(
    [7, 550].filter((rule) => found.includes(rule)),
    [7, 550],
  );
  const GRAVE = z.looseObject({ count: z.number() });
  const grave = unfold(await lookInto(files, 'grave', '10'), GRAVE);
  assert.ok(grave && grave.count > 1);
});

/** Whole lines, and then no block that there could be: nothing of the damage looks like a line. */
function damagedAfter(lines: readonly string[]): Buffer {
  const good = gzipSync(`${lines.join('\n')}\n`, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([good, Buffer.alloc(200, 0xff)]);
}

test('the document is one that SSM takes', async () => {
  const { content } = lookDocument(await loadAssets());
  assert.ok(content.length < 60_000);
  const places = [...content.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
  assert.deepEqual(places, ['What', 'Seconds', 'Bucket', 'Level', 'What', 'Rule', 'Seconds']);
  assert.doesNotMatch(content.replaceAll(/\{\{ \w+ \}\}/g, ''), /\{\{/);
});
