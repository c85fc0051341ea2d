/** What an instance counts and what bake counts itself are the same. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { z } from 'zod';
import { readAlert } from '../../src/alerts/read-alert.ts';
import { Tally } from '../../src/alerts/tally.ts';
import { lookDocument } from '../../src/instances/documents.ts';
import { unfold } from '../../src/instances/look.ts';
import { loadAssets } from '../../src/world/assets.ts';
import { alertLine } from './support.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'documents', 'look', 'look.py');

const RULE = z.looseObject({ rule: z.number(), subjects: z.array(z.object({ count: z.number() })) });
const ANSWER = z.looseObject({ unreadable: z.number(), rules: z.array(RULE) });

async function look(text: string, ...args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-look-'));
  try {
    await mkdir(join(folder, 'alerts'));
    await writeFile(join(folder, 'alerts', 'alerts.json'), text);
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
    ...(n % 3 === 0 ? { file: `/etc/${n % 7}/${n}` } : {}),
    ...(n % 3 === 2 ? { log: `undeclared=tcp/0.0.0.0:${n % 5}(nc)` } : { address: `203.0.113.${n % 4}` }),
  }),
);

test('an instance counts as bake does', async () => {
  const stdout = await look([...alerts, 'no alert', ''].join('\n'), 'alerts', '86400', '300');
  const answer: z.infer<typeof ANSWER> | undefined = unfold(stdout, ANSWER);
  const tally = new Tally({ from: now - 86_400, to: now + 60, previousFrom: now - 2 * 86_400 });
  for (const line of alerts) {
    const alert = readAlert(line);
    if (alert) tally.add(alert, 'f');
  }
  const own = tally.result()[0]?.rules ?? [];
  assert.equal(answer?.unreadable, 1);
  assert.equal(answer?.rules.length, own.length);
  for (const rule of own) {
    const other: z.infer<typeof RULE> | undefined = answer?.rules.find((one) => one.rule === rule.rule);
    assert.deepEqual(
      [other?.count, other?.before, other?.first, other?.last, other?.buckets],
      [rule.count, rule.before, rule.first, rule.last, rule.buckets],
    );
    const listed = rule.subjects.slice(0, 100).map(({ count }) => count);
    assert.deepEqual(
      other?.subjects.map(({ count }) => count),
      listed,
    );
  }
});

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

test('the document is one that SSM takes', async () => {
  const { content } = lookDocument(await loadAssets());
  assert.ok(content.length < 60_000);
  const places = [...content.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
  assert.deepEqual(places, ['What', 'Seconds', 'Bucket', 'Level', 'What', 'Rule', 'Seconds']);
  assert.doesNotMatch(content.replaceAll(/\{\{ \w+ \}\}/g, ''), /\{\{/);
});
