import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { Failed } from '../../src/failure.ts';
import { freeze } from '../../src/frozen/freeze.ts';
import { git, standInClone } from '../support/clone.ts';

let scratch: string;
let clone: string;

async function refusal(path: string, reference?: string): Promise<string> {
  try {
    await freeze(path, reference);
  } catch (error) {
    if (error instanceof Failed) return error.failures.map(({ problem }) => problem).join('\n');
    throw error;
  }
  return assert.fail('it was frozen');
}

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bake-freeze-'));
  clone = join(scratch, 'clone');
  await standInClone(clone);
  await symlink('VERSION', join(clone, 'src', 'LINK'));
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message=two');
});
after(() => rm(scratch, { recursive: true, force: true }));

test('a clone, another clone with other settings, a bare one and archives of it are one tarball', async () => {
  const first = await freeze(clone, undefined);
  assert.equal(first.source.version, '0.0.0-stand-in');
  assert.equal(first.source.standIn, true);
  assert.equal(first.commit, await git(clone, 'rev-parse', 'HEAD'));

  const other = join(scratch, 'other');
  await git(scratch, 'clone', '--quiet', clone, other);
  await chmod(join(other, 'src', 'VERSION'), 0o600);
  await utimes(join(other, 'src', 'VERSION'), 1, 1);
  await git(other, 'config', 'core.autocrlf', 'true');
  await git(other, 'config', 'tar.umask', '0077');
  await mkdir(join(other, '.git', 'info'), { recursive: true });
  await writeFile(join(other, '.git', 'info', 'attributes'), '* text eol=crlf\ninstall.sh export-ignore\n');
  const bare = join(scratch, 'bare.git');
  await git(scratch, 'clone', '--quiet', '--bare', clone, bare);
  const archives = await Promise.all(
    (['gzip', 'bzip2', 'xz'] as const).map(async (program) => {
      const path = join(scratch, `release.tar.${program}`);
      const archive = `git archive --prefix=ossec-hids-1/ HEAD | ${program}`;
      await execa('sh', ['-c', `umask 077; LC_ALL=C.UTF-8 TZ=Asia/Tokyo ${archive} >'${path}'`], {
        cwd: clone,
      });
      return path;
    }),
  );
  const { umask } = process;
  umask(0o077);
  try {
    assert.equal((await freeze(other, 'HEAD')).sha256, first.sha256, 'another clone');
    assert.equal((await freeze(bare, 'main')).sha256, first.sha256, 'a bare clone');
    for (const archive of archives) {
      const frozen = await freeze(archive, undefined);
      assert.deepEqual([frozen.sha256, frozen.commit], [first.sha256, first.commit], archive);
    }
  } finally {
    umask(0o022);
  }
});

test('a named commit is frozen as it was, whatever the work tree has', async () => {
  const { sha256 } = await freeze(clone, undefined);
  const changed = join(scratch, 'changed');
  await git(scratch, 'clone', '--quiet', clone, changed);
  await writeFile(join(changed, 'src', 'VERSION'), 'v9.9.9\n');
  assert.match(await refusal(changed), /its work tree differs from what is committed: src\/VERSION$/);
  assert.equal((await freeze(changed, 'HEAD')).sha256, sha256);
  await git(changed, 'commit', '--quiet', '--all', '--message=three');
  assert.notEqual((await freeze(changed, undefined)).sha256, sha256);
  assert.equal((await freeze(changed, 'HEAD~1')).sha256, sha256);
  await writeFile(join(changed, 'new'), '');
  assert.match(await refusal(changed), /differs from what is committed: new$/);
});

test('what is no source, or can not be frozen, is refused by name', async () => {
  const empty = join(scratch, 'empty');
  await mkdir(empty);
  const text = join(scratch, 'text');
  await writeFile(text, 'not an archive');
  const zip = join(scratch, 'release.zip');
  await git(clone, 'archive', '--format=zip', `--output=${zip}`, 'HEAD');
  const foreign = join(scratch, 'foreign.tar');
  await git(clone, 'archive', `--output=${foreign}`, 'HEAD:bin');
  const cases: ReadonlyArray<readonly [path: string, reference: string | undefined, RegExp]> = [
    [join(scratch, 'none'), undefined, /^there is no .*none$/],
    [empty, undefined, /empty is neither a clone nor the archive of a release$/],
    [join(clone, 'src'), undefined, /src is neither a clone nor/],
    [text, undefined, /text can't be read as an archive of source: it is damaged, or no tar archive/],
    [text, 'HEAD', /text is a file, and --commit is for clones$/],
    [zip, undefined, /it is a zip archive$/],
    [foreign, undefined, /foreign\.tar is not OSSEC's source: it has no install\.sh at its top$/],
    [clone, 'nowhere', /clone can't be frozen: it has no commit "nowhere"$/],
    [clone, '--help', /it has no commit "--help"$/],
    [join(clone, '.git'), undefined, /it has no work tree$/],
  ];
  for (const [path, reference, message] of cases) assert.match(await refusal(path, reference), message);
});
