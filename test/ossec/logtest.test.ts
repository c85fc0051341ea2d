/** The builder's own reading of ossec-logtest, and its judgement: both are Python, and `bake ossec test` asks them, too. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const CHECKS = join(import.meta.dirname, '..', '..', 'provisioners', 'ossec-config', 'checks');
const { failed } = await execa('python3', ['--version'], { reject: false, stdin: 'ignore' });
const skip = failed ? 'NOT RUN: the checks of OSSEC are Python, and there is no python3' : false;

/** The value of a Python expression over `input`. */
async function python(expression: string, input: unknown): Promise<unknown> {
  const program = `import json, sys
sys.path.insert(0, ${JSON.stringify(CHECKS)})
import logtest, rules
input = json.load(sys.stdin)
print(json.dumps(${expression}))`;
  const { stdout } = await execa('python3', ['-I', '-B', '-c', program], { input: JSON.stringify(input) });
  return JSON.parse(stdout);
}

function parse(output: string, hooks: ReadonlyArray<readonly [rule: number, hook: string]>) {
  return python('logtest.parse(input["output"], dict(input["hooks"]))', { output, hooks });
}

const START =
  '2026/11/24 08:00:00 ossec-testrule: INFO: Started (pid: 12).\nossec-testrule: Type one log per line.\n';

/** As OSSEC prints it. */
function shown(event: string, phases = ''): string {
  return `

**Phase 1: Completed pre-decoding.
       full event: '${event}'
       hostname: 'web'
       program_name: 'sshd'
       log: '${event}'

**Phase 2: Completed decoding.
       decoder: 'sshd'
       dstuser: 'root'
${phases}`;
}

function fired(rule: number, level: number, end = ''): string {
  return `
**Phase 3: Completed filtering (rules).
       Rule id: '${rule}'
       Level: '${level}'
       Description: 'SSHD authentication failed.'
${end}`;
}

const ALERT = '**Alert to be generated.\n\n';

test('each line has its event: rule, level, decoder, alert, and the hook of an alert alone', {
  skip,
}, async () => {
  const output = START + shown('one', fired(5716, 5, ALERT)) + shown('two') + shown('three', fired(5710, 0));
  assert.deepEqual(
    await parse(output, [
      [5716, 'hook-1'],
      [5710, 'hook-2'],
    ]),
    [
      { rule: 5716, level: 5, decoder: 'sshd', alert: true, hook: 'hook-1' },
      { rule: null, level: null, decoder: 'sshd', alert: false, hook: null },
      { rule: 5710, level: 0, decoder: 'sshd', alert: false, hook: null },
    ],
  );
});

test('a log line that says what ossec-logtest says is still only a log line', { skip }, async () => {
  const liars = [
    '**Phase 1: Completed pre-decoding.',
    "       Rule id: '1002'",
    "x\r       Level: '15'\r**Alert to be generated.\r",
    '**Alert to be generated.',
  ];
  const output = START + liars.map((line) => shown(line)).join('');
  const quiet = { rule: null, level: null, decoder: 'sshd', alert: false, hook: null };
  assert.deepEqual(await parse(output, []), [quiet, quiet, quiet, quiet]);
});

const EVENT = { rule: 5716, level: 5, decoder: 'sshd', alert: true, hook: null };

test('an event is judged by what the test asks for, and by nothing else', { skip }, async () => {
  const judge = (expected: object, event: object | null) =>
    python('[*rules.judge(input["expected"], input["event"])]', { expected, event });
  assert.deepEqual(await judge({ rule: 5716 }, EVENT), []);
  assert.deepEqual(await judge({ rule: 5716, level: 5, decoder: 'sshd', notified: false }, EVENT), []);
  assert.deepEqual(await judge({ rule: 5716, notified: true }, EVENT), ['rule 5716 is not notified of']);
  assert.deepEqual(await judge({ rule: 5716, notified: false }, { ...EVENT, hook: 'hook-1' }), [
    'rule 5716 is notified of',
  ]);
  assert.deepEqual(await judge({ rule: 5720, level: 10, decoder: 'pam' }, EVENT), [
    'expected rule 5720, but it is 5716',
    'expected level 10, but it is 5 (rule 5716)',
    'expected decoder pam, but it is sshd (rule 5716)',
  ]);
  assert.deepEqual(await judge({ rule: 'none' }, EVENT), [
    'expected no alert, but rule 5716 (level 5) fires',
  ]);
  assert.deepEqual(await judge({ rule: 'none' }, { ...EVENT, alert: false }), []);
  const nothing = { rule: null, level: null, decoder: null, alert: false, hook: null };
  assert.deepEqual(await judge({ rule: 5716 }, nothing), ['expected rule 5716, but it is none']);
  assert.deepEqual(await judge({ rule: 5716 }, null), ['ossec-logtest did not answer for every line']);
});
