/** `bake alerts --from`: what people put there, and what they are told. */

import assert from 'node:assert/strict';
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { alerts } from '../../src/commands/alerts.ts';
import type { AlertsOptions } from '../../src/commands/alerts-options.ts';
import { EXIT, Failed } from '../../src/failure.ts';
import { alertLine } from '../alerts/support.ts';
import { testContext } from '../support/context.ts';

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
const LINE = alertLine();
const MANY = Array.from({ length: 20_000 }, (_, n) =>
  alertLine({ log: `${n}`, address: `203.0.113.${n % 9}` }),
);
const packed = gzipSync(MANY.join('\n'));
/** Its header, and a block of a kind that is none. */
const noGzip = Buffer.concat([packed.subarray(0, 10), Buffer.alloc(50, 0xff)]);

const FILES: Readonly<Record<string, string | Buffer>> = {
  'good.json': `${LINE}\n`,
  'no-end.json': LINE,
  'windows.json': `${LINE}\r\n${LINE}\r\n`,
  'marked.json': `\ufeff${LINE}\n`,
  'blank.json': '\n \n\n',
  'empty.json': '',
  'some.json': `${LINE}\nno alert\n{"rule":5}\n`,
  'none.json': 'no alert\nat all\n',
  'packed.json.gz': gzipSync(LINE),
  'twice.json.gz': Buffer.concat([gzipSync(`${LINE}\n`), gzipSync(LINE)]),
  'packed-by-another-name.json': gzipSync(LINE),
  'plain.json.gz': LINE,
  'cut.json.gz': packed.subarray(0, packed.length / 2),
  'damaged.json.gz': Buffer.concat([gzipSync(MANY.slice(0, 9000).join('\n')), noGzip]),
  'no-gzip.json.gz': noGzip,
  'binary.json': Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(9000)]),
  'packed-binary.gz': gzipSync(Buffer.alloc(9000)),
  'alerts.log': '** Alert 1793518262.4711: mail - syslog,sshd\n2026 Nov 24 10:00:00 h1->/var/log/auth.log\n',
  'no-time.json': '{"rule":{"sidid":5,"level":3}}\n',
};

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-alerts-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
  const day = join(folder, 'alerts', '2026', 'Nov');
  await mkdir(day, { recursive: true });
  await mkdir(join(folder, 'nothing'));
  await writeFile(join(day, 'ossec-alerts-23.json.gz'), gzipSync(`${LINE}\n${LINE}\n`));
  await writeFile(join(day, 'ossec-alerts-24.json'), `${LINE}\n`);
  await writeFile(join(day, 'ossec-alerts-24.log'), '** Alert\n');
  await link(join(day, 'ossec-alerts-24.json'), join(folder, 'alerts', 'alerts.json'));
});
after(() => rm(folder, { recursive: true }));

interface Reported {
  readonly summary: { readonly count: number };
  readonly problems: Readonly<Record<string, string>>;
}

/** After every alert of the files. */
const now = () => new Date('2026-12-01T00:00:00.000Z');

async function run(from: readonly string[], parts: Partial<AlertsOptions> = {}) {
  const remembered = testContext({ workingFolder: folder, now });
  const exitCode = await alerts(remembered.context, {
    ...{ file: 'bake.yaml', strict: false, role: [], group: [], rehearse: false },
    ...{ from, exitCode: false, ...parts },
  });
  const [{ value, lines } = { value: undefined, lines: [] }] = remembered.results;
  return { exitCode, value: value as Reported, text: lines.join('\n'), events: remembered.events };
}

/** What is said of each: problem and remedy. */
async function refusals(from: readonly string[], parts: Partial<AlertsOptions> = {}) {
  try {
    await run(from, parts);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    assert.equal(error.exitCode, EXIT.badInput);
    assert.ok(error.failures.every(({ remedy }) => remedy !== undefined));
    return error.failures.map(({ problem }) => problem);
  }
  return [];
}

describe('what is read', () => {
  const TABLE: ReadonlyArray<readonly [file: string, count: number, problem?: string]> = [
    ['good.json', 1],
    ['no-end.json', 1],
    ['windows.json', 2],
    ['marked.json', 1],
    ['blank.json', 0],
    ['empty.json', 0],
    ['no-time.json', 1],
    ['some.json', 1, '2 lines are no alerts'],
    ['packed.json.gz', 1],
    ['twice.json.gz', 2],
    ['packed-by-another-name.json', 1],
    ['plain.json.gz', 1],
  ];
  for (const [file, count, problem] of TABLE) {
    test(`${file}: ${count}`, async () => {
      const { exitCode, value, text } = await run([file], { html: 'page.html' });
      assert.equal(exitCode, EXIT.done);
      assert.equal(value.summary.count, count);
      assert.deepEqual(value.problems, problem === undefined ? {} : { [file]: problem });
      if (problem !== undefined) assert.match(text, new RegExp(`${file}: ${problem}`));
      assert.doesNotMatch(text, /NaN|Invalid|undefined/);
      assert.match(await readFile(join(folder, 'page.html'), 'utf8'), /<\/html>\n$/);
    });
  }

  test('a folder: the alerts below it, those of today once', async () => {
    const { value } = await run(['alerts', 'alerts/alerts.json']);
    assert.equal(value.summary.count, 3);
  });

  test('of a file that breaks off, what it has before, and it is said', async () => {
    const whole = MANY.length;
    for (const [file, words] of [
      ['cut.json.gz', /^it is cut off; /],
      ['damaged.json.gz', /^it is damaged \(Z_DATA_ERROR\); /],
    ] as const) {
      const { value, text } = await run(['good.json', file]);
      const { count } = value.summary;
      assert.ok(count > whole / 3 && count < whole, String(count));
      assert.match(value.problems[file] ?? '', words);
      assert.match(text, new RegExp(`${file}: it is `));
    }
  });
});

test('what is none is refused, all at once, each with what to do', async () => {
  assert.deepEqual(
    await refusals(['gone.json', 'good.json', 'nothing', 'binary.json', 'alerts.log', 'good.json/x']),
    [
      "gone.json can't be read: there is nothing of that name",
      'nothing has no alerts*.json or alerts*.json.gz below it',
      'binary.json is no file of alerts: it is binary',
      "alerts.log is OSSEC's alerts.log, its text form, which bake does not read",
      "good.json/x can't be read: its path leads through a file",
    ],
  );
  assert.deepEqual(await refusals(['packed-binary.gz']), [
    'packed-binary.gz is no file of alerts: it is binary',
  ]);
  assert.deepEqual(await refusals(['none.json', 'no-gzip.json.gz']), [
    'none.json has no alerts: 2 lines are no alerts',
    'no-gzip.json.gz has no alerts: it is damaged (Z_DATA_ERROR); what it has before that is counted',
  ]);
});

test('a page that has no place is refused before anything is read', async () => {
  const problems = await refusals(['none.json'], { html: 'nowhere/page.html' });
  assert.deepEqual(problems, ["the page nowhere/page.html can't be written: there is nothing of that name"]);
  assert.deepEqual(await refusals(['none.json'], { html: '.' }), [
    "the page . can't be written: it is a folder",
  ]);
});

test('--level leaves out what is lower, and --exit-code tells whether something is to be looked at', async () => {
  const low = alertLine({ rule: 5716, level: 5 });
  await writeFile(join(folder, 'low.json'), low);
  await writeFile(join(folder, 'both.json'), `${low}\n${LINE}`);
  assert.equal((await run(['both.json'], { level: 6 })).value.summary.count, 1);
  assert.equal((await run(['both.json'], { exitCode: true })).exitCode, EXIT.somethingToDo);
  assert.equal((await run(['both.json'])).exitCode, EXIT.done);
  assert.equal((await run(['low.json'], { exitCode: true })).exitCode, EXIT.done);
});

describe('--rule', () => {
  test('shows alerts whole, with their own host, within the period', async () => {
    const log = `first line ${'x'.repeat(900)} end\nsecond \u001b[31mline\n`;
    const old = alertLine({ rule: 550, host: 'web-1', time: 1_700_000_000 });
    await writeFile(
      join(folder, 'rule.json'),
      `${old}\n${alertLine({ rule: 550, host: 'web-2', log })}\n${LINE}`,
    );
    const { text } = await run(['rule.json'], { rule: 550, since: 30 * 86_400 });
    assert.match(text, /^rule\.json: 1 alert$/m);
    assert.match(text, / web-2 .*level 10: Guessing$/m);
    assert.match(text, /^ {6}first line x{900} end$/m);
    assert.match(text, /^ {6}second \\x1b\[31mline$/m);
    assert.doesNotMatch(text, /web-1/);
    assert.match((await run(['rule.json'], { rule: 550 })).text, /^rule\.json: 2 alerts$/m);
  });

  test('says where there is none, and what could not be read', async () => {
    assert.equal((await run(['good.json'], { rule: 1 })).text, 'no alert of rule 1');
    const { text } = await run(['some.json'], { rule: 1 });
    assert.equal(text, 'no alert of rule 1\nsome.json: 2 lines are no alerts');
  });
});

function bake(args: readonly string[], input: string | Buffer = '') {
  return execa(process.execPath, [CLI, 'alerts', ...args], {
    cwd: folder,
    input,
    reject: false,
    env: { CI: 'true' },
  });
}

describe('on the command line', () => {
  test('standard input is taken, also compressed', async () => {
    for (const input of [`${LINE}\n`, gzipSync(LINE)]) {
      const { stdout, exitCode } = await bake(['--from', '-', '--json'], input);
      assert.equal(exitCode, EXIT.done);
      assert.match(stdout, /"title":"alerts of standard input"/);
      assert.match(stdout, /"count":1/);
    }
    assert.equal((await bake(['--from', '-'], '')).exitCode, EXIT.done);
    const { stderr, exitCode } = await bake(['--from', '-'], '** Alert 1: mail\n');
    assert.equal(exitCode, EXIT.badInput);
    assert.match(stderr, /standard input is OSSEC's alerts\.log/);
  });

  test('flags that make no sense together are refused', async () => {
    const senseless = [
      ['--from', 'good.json', '--role', 'web'],
      ['--from', 'good.json', '--group', 'web-1'],
      ['--from', 'good.json', '--rehearse'],
      ['--from', 'good.json', '--rule', '5', '--html', 'x.html'],
      ['--from', 'good.json', '--rule', '5', '--level', '7'],
      ['--from', 'good.json', '--rule', '5', '--exit-code'],
      ['--from', 'good.json', '--level', '17'],
    ];
    for (const { stderr, exitCode } of await Promise.all(senseless.map((flags) => bake(flags)))) {
      assert.equal(exitCode, EXIT.badInput, stderr);
      assert.match(stderr, /cannot be used with|is invalid/);
    }
  });
});
