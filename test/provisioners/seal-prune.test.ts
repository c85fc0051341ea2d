/** What is taken out of OSSEC's database of files, with the lines that OSSEC writes. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';
import { PROVISIONERS } from '../support/step.ts';

const PRUNE = join(PROVISIONERS, 'seal-baseline', 'prune.py');
const { failed: noPython } = await execa('python3', ['--version'], { reject: false, stdin: 'ignore' });

/** An entry as OSSEC writes it: how often it changed, the digests, when, and the path. */
function entry(path: string, mark = '+++'): string {
  return `${mark}1842:33188:0:0:8a1f:93c2:e3b0 !1793518262 ${path}\n`;
}

describe('the baseline, pruned', { skip: noPython && 'NOT RUN: needs python3' }, () => {
  let root: string;
  let options: string;
  let scanned: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'bake-prune-'));
    for (const folder of ['etc', 'srv', 'empty']) await mkdir(join(root, folder));
    for (const file of ['etc/hostname', 'srv/page']) await writeFile(join(root, file), '');
    options = join(root, 'etc/options.conf');
    scanned = join(root, 'scanned.conf');
    await writeFile(options, 'syscheck.sleep=1\n');
    await writeFile(scanned, 'syscheck.sleep=0\n');
  });
  after(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function prune(lines: readonly string[], patterns: readonly string[], folders: readonly string[]) {
    const database = join(root, 'database');
    const configuration = join(root, 'ossec.conf');
    await writeFile(database, lines.join(''), { mode: 0o640 });
    const directories = folders.map((folder) => `<directories realtime="yes">${folder}</directories>`);
    await writeFile(
      configuration,
      `<ossec_config><syscheck>${directories.join('')}</syscheck></ossec_config>`,
    );
    const { exitCode, stdout, stderr } = await execa(
      'python3',
      ['-IB', PRUNE, database, configuration, options, scanned, ...patterns],
      {
        reject: false,
        stdin: 'ignore',
      },
    );
    return {
      exitCode,
      stdout,
      stderr,
      left: await readFile(database, 'utf8'),
      mode: (await stat(database)).mode,
    };
  }

  const etc = (name: string) => join(root, 'etc', name);

  test('has the digests of the options that the image has, not of those that OSSEC was shown', async () => {
    const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
    const line = (text: string) =>
      `+++17:33184:0:1:${['md5', 'sha1', 'sha256'].map((name) => digest(name, text)).join(':')} !1793518262 ${options}\n`;
    const shown = line('syscheck.sleep=0\n');
    const other = shown.replace(options, etc('hostname'));
    const { exitCode, left } = await prune([shown, other], [], [join(root, 'etc')]);
    assert.equal(exitCode, 0);
    assert.equal(left, line('syscheck.sleep=1\n') + other);
  });

  test('refuses options of another length', async () => {
    const longer = join(root, 'longer.conf');
    await writeFile(longer, 'syscheck.sleep=10\n');
    scanned = longer;
    const { exitCode, stderr } = await prune([entry(etc('hostname'))], [], [join(root, 'etc')]);
    scanned = join(root, 'scanned.conf');
    assert.equal(exitCode, 1);
    assert.match(stderr, /is not as long as/);
  });

  test('loses what a first boot writes, and nothing else', async () => {
    const kept = [
      entry(etc('hostname.bak')),
      entry(etc('ssh/ssh_host_dsa/key')),
      entry(etc('Hostname')),
      entry(etc('two words'), '!++'),
      '#++removed by OSSEC itself\n',
      '\n',
    ];
    const gone = [entry(etc('hostname')), entry(etc('ssh/ssh_host_rsa_key'), '!!+')];
    const { exitCode, stdout, left, mode } = await prune(
      [kept[0] ?? '', gone[0] ?? '', ...kept.slice(1), gone[1] ?? ''],
      [etc('hostname'), etc('ssh/ssh_host_*_key'), etc('machine-id')],
      [join(root, 'etc')],
    );
    assert.equal(exitCode, 0);
    assert.equal(left, kept.join(''));
    assert.equal(mode & 0o777, 0o640);
    assert.equal(stdout, 'baseline: 4 files, taken last; 2 that a first boot writes are left out');
  });

  test('a pattern is no regular expression', async () => {
    const lines = [entry(etc('aXb')), entry(etc('a.b'))];
    const { left } = await prune(lines, [etc('a.b')], [join(root, 'etc')]);
    assert.equal(left, lines[0]);
  });

  test('keeps bytes that are no text as they are', async () => {
    const database = join(root, 'bytes');
    const line = Buffer.concat([Buffer.from(entry(etc('')).trimEnd()), Buffer.from([0xff, 0xfe, 0x0a])]);
    await writeFile(database, Buffer.concat([line, Buffer.from(entry(etc('hostname')))]));
    await writeFile(join(root, 'ossec.conf'), '<ossec_config/>');
    await execa(
      'python3',
      ['-IB', PRUNE, database, join(root, 'ossec.conf'), options, scanned, etc('hostname')],
      {
        stdin: 'ignore',
      },
    );
    assert.deepEqual(await readFile(database), line);
  });

  test('a folder that has files and none in the baseline would not be watched: refused', async () => {
    const { exitCode, stderr, left } = await prune(
      [entry(etc('hostname'))],
      [],
      [join(root, 'etc'), join(root, 'srv')],
    );
    assert.equal(exitCode, 1);
    assert.equal(stderr, `the baseline has no file of ${join(root, 'srv')}: OSSEC would not watch it`);
    assert.equal(left, entry(etc('hostname')));
  });

  test('folders without files, and single files that are watched, are no reason', async () => {
    const { exitCode } = await prune(
      [entry(etc('hostname'))],
      [],
      [join(root, 'empty'), join(root, 'nowhere'), etc('hostname')],
    );
    assert.equal(exitCode, 0);
  });

  test('an empty baseline is refused', async () => {
    const { exitCode, stderr } = await prune(['\n'], [], []);
    assert.equal(exitCode, 1);
    assert.match(stderr, /no file of any folder/);
  });
});
