import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { digestOf } from '../../src/world/artifacts.ts';
import { readLock, writeLock } from '../../src/world/lock-file.ts';
import { git, standInClone } from '../support/clone.ts';
import { bake } from '../support/rehearsal.ts';

let scratch: string;
let fleet: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bake-freeze-command-'));
  fleet = join(scratch, 'fleet');
  await mkdir(fleet);
  await standInClone(join(scratch, 'clone'));
  // Its rules can't be checked before there is a lock, and freeze is what makes one.
  await writeFile(join(fleet, 'bake.yaml'), 'fleet: shop\nossec: { alert_rules_list: [999999] }\n');
});
after(() => rm(scratch, { recursive: true, force: true }));

async function freeze(...args: readonly string[]) {
  const ended = await bake(['ossec', 'freeze', ...args], { cwd: fleet });
  return { ...ended, said: `${ended.stdout}\n${ended.stderr}` };
}

test('a tarball beside the fleet file, a lock, and the lines for the fleet file', async () => {
  const { exitCode, stdout } = await freeze('../clone');
  assert.equal(exitCode, 0);
  const commit = await git(join(scratch, 'clone'), 'rev-parse', 'HEAD');
  const [, name = '', sha256 = ''] =
    /^ {2}tarball: (ossec-0\.0\.0-stand-in-[0-9a-f]{12}\.tar\.gz)\n {2}sha256: ([0-9a-f]{64})$/m.exec(
      stdout,
    ) ?? [];
  assert.equal(await digestOf(join(fleet, name)), sha256);
  const lock = await readLock(join(fleet, 'bake.lock'));
  assert.deepEqual(
    [lock?.ossec.sha256, lock?.ossec.version, lock?.ossec.commit, lock?.ossec.standIn, lock?.ossec.ruleFiles],
    [sha256, '0.0.0-stand-in', commit, true, ['ossec_rules.xml']],
  );
  assert.ok(lock?.ossec.rules.has(510));
  assert.match(lock?.tools.packer ?? '', /^\d+\.\d+\.\d+$/);
  assert.equal(
    await readFile(join(fleet, 'bake.yaml'), 'utf8'),
    'fleet: shop\nossec: { alert_rules_list: [999999] }\n',
  );
});

test('again, nothing changes, and what was compiled from the same tarball stays known', async () => {
  const path = join(fleet, 'bake.lock');
  const lock = await readLock(path);
  assert.ok(lock !== undefined);
  const builtTrees = new Map([['debian-12-amd64', 'a'.repeat(64)]]);
  await writeLock(path, { ...lock, ossec: { ...lock.ossec, builtTrees } });
  const { stdout } = await freeze('../clone', '--json');
  const { value } = JSON.parse(stdout.split('\n')[0] ?? '');
  assert.deepEqual([value.published, value.sha256], ['there', lock.ossec.sha256]);
  assert.deepEqual((await readLock(path))?.ossec.builtTrees, builtTrees);
});

test('another tarball takes no place without --force, and loses what was compiled', async () => {
  await git(join(scratch, 'clone'), 'commit', '--quiet', '--allow-empty', '--message=two');
  await git(join(scratch, 'clone'), 'tag', 'one', 'HEAD~1');
  await writeFile(join(scratch, 'clone', 'src', 'VERSION'), 'v1.0\n');
  await git(join(scratch, 'clone'), 'commit', '--quiet', '--all', '--message=three');
  assert.equal((await freeze('../clone', '--commit', 'one', '--to', 'kept/ossec.tar.gz')).exitCode, 0);
  const before = await readFile(join(fleet, 'bake.lock'), 'utf8');
  const refused = await freeze('../clone', '--to', 'kept/ossec.tar.gz');
  assert.equal(refused.exitCode, 2);
  assert.match(refused.said, /something else is at kept\/ossec\.tar\.gz/);
  assert.equal(await readFile(join(fleet, 'bake.lock'), 'utf8'), before);
  assert.match(
    (await freeze('../clone', '--to', 'kept/ossec.tar.gz', '--force')).said,
    /replaced, and read back/,
  );
  assert.deepEqual((await readLock(join(fleet, 'bake.lock')))?.ossec.builtTrees, new Map());
});

test('a release that is known to be deaf is frozen with a warning', async () => {
  await writeFile(join(scratch, 'clone', 'src', 'VERSION'), 'v4.2.0\n');
  await git(join(scratch, 'clone'), 'commit', '--quiet', '--all', '--message=four');
  const release = join(scratch, 'release.tar');
  await git(join(scratch, 'clone'), 'archive', `--output=${release}`, 'HEAD^{tree}');
  const { exitCode, said } = await freeze(release);
  assert.equal(exitCode, 0);
  assert.match(said, /warning: OSSEC 4\.2\.0 loses changes silently/);
  const clone = await freeze('../clone');
  assert.doesNotMatch(clone.said, /warning/, 'a later commit with the same version string');
});

test('without a fleet file, and for an address that is none, nothing is written', async () => {
  const nowhere = await bake(['ossec', 'freeze', '../clone'], { cwd: scratch });
  assert.equal(nowhere.exitCode, 2);
  assert.match(nowhere.stderr, /there is no fleet file bake\.yaml, and bake\.lock is written beside it/);
  for (const to of ['s3://bucket', 's3://bucket/', 's3://bucket/folder/', 's3:///key']) {
    const refused = await freeze('../clone', '--to', to, '--rehearse');
    assert.equal(refused.exitCode, 2, to);
    assert.match(refused.said, /is not the address of an object/);
  }
});
