/** The document of maintenance windows, run by a real shell as SSM's agent does, and what its answers are to people. */

import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';
import {
  LONGEST_REASON,
  maintenanceDocument,
  parametersOf,
  readMaintenance,
  type WindowRequest,
} from '../../src/instances/maintenance.ts';
import { maintenanceLines } from '../../src/report/instances/maintenance.ts';

const STATE = { version: 1, open: null, folders: ['/srv/app'], ports: [] };
const OPEN = {
  ...{ id: '1', kind: 'deployment', reason: 'deploy 42', by: 'root' },
  ...{ begun: '2026-11-24T07:00:00Z', until: '2026-11-24T07:10:00Z', seconds: 600 },
};

interface Parameter {
  readonly default?: string;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly string[];
}

/** SSM puts a parameter in as it is, once it matches its pattern. */
function filled(request: WindowRequest, program: string): string {
  const content: {
    parameters: Record<string, Parameter>;
    mainSteps: { inputs: { runCommand: string[] } }[];
  } = JSON.parse(maintenanceDocument().content);
  const given = parametersOf(request);
  let script = content.mainSteps[0]?.inputs.runCommand.join('\n') ?? '';
  for (const [name, { default: fallback = '', allowedPattern, allowedValues }] of Object.entries(
    content.parameters,
  )) {
    const value = given[name]?.[0] ?? fallback;
    if (allowedPattern !== undefined) assert.match(value, new RegExp(allowedPattern));
    if (allowedValues !== undefined) assert.ok(allowedValues.includes(value));
    script = script.replaceAll(`{{ ${name} }}`, value);
  }
  assert.doesNotMatch(script, /\{\{/);
  return script.replaceAll('/usr/local/sbin/bake-maintenance', program);
}

describe('the document', () => {
  let folder: string;
  let program: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-maintenance-'));
    program = join(folder, 'program');
    await writeFile(
      program,
      `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >>${folder}/called\nif [ "$1" = status ]; then echo answer; fi\n[ "$1" != end ]\n`,
    );
    await chmod(program, 0o755);
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function run(request: WindowRequest) {
    await rm(join(folder, 'called'), { force: true });
    const { exitCode, stdout } = await execa('sh', ['-c', filled(request, program)], { reject: false });
    const { stdout: called } = await execa('cat', [join(folder, 'called')]);
    return { exitCode, stdout, called: called.split('\n') };
  }

  for (const reason of ['deploy 42', `"; touch /tmp/x; $(id) \`id\` ' {{ What }}`, 'ünï 🦊', '-h']) {
    test(`begins with the reason to the letter: ${JSON.stringify(reason)}`, async () => {
      const { exitCode, stdout, called } = await run({ kind: 'begin', seconds: 600, reason });
      assert.deepEqual([exitCode, stdout], [0, 'answer']);
      assert.deepEqual(called, [
        '4',
        'begin',
        '--for',
        '600s',
        `--reason=${reason}`,
        '2',
        'status',
        '--json',
      ]);
    });
  }

  test('what could not be done is no answer', async () => {
    const { exitCode, stdout, called } = await run({ kind: 'end' });
    assert.deepEqual([exitCode, stdout, called], [1, '', ['1', 'end']]);
  });

  test('only looks where nothing else is asked', async () => {
    assert.deepEqual((await run({ kind: 'status' })).called, ['2', 'status', '--json']);
  });

  test('has room for the longest reason', () => {
    filled({ kind: 'begin', seconds: 14_400, reason: '\u{1F98A}'.repeat(LONGEST_REASON) }, program);
  });
});

test('answers are read, and anything else is none', () => {
  assert.deepEqual(readMaintenance(JSON.stringify({ ...STATE, more: 1 })), STATE);
  for (const text of ['', '{', 'null', '{}', JSON.stringify({ ...STATE, version: 2 })]) {
    assert.equal(readMaintenance(text), undefined);
  }
});

test('people see what each instance says, and nothing that it makes of their terminal', () => {
  const answer = (id: string, open: object | null, folders = ['/srv/app']) => {
    const state = readMaintenance(JSON.stringify({ ...STATE, open, folders }));
    assert.ok(state);
    return { id, group: 'web-1', state };
  };
  const lines = maintenanceLines(
    [
      answer('i-1', OPEN),
      answer('i-22', null),
      answer('i-3', { ...OPEN, reason: '\u001b[31mred' }),
      answer('i-4', OPEN, []),
    ],
    new Map([['i-5', 'not \u001b reached']]),
  );
  assert.deepEqual(lines, [
    'i-1   web-1  open until 2026-11-24T07:10:00Z at the latest (deploy 42): covers /srv/app',
    'i-22  web-1  no window is open',
    'i-3   web-1  open until 2026-11-24T07:10:00Z at the latest (\\x1b[31mred): covers /srv/app',
    'i-4   web-1  open until 2026-11-24T07:10:00Z at the latest (deploy 42): covers nothing, for the role declares nothing',
    'i-5: not \\x1b reached',
  ]);
});
