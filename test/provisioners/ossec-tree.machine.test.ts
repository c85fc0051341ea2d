/** Trees that are compiled on one machine and installed on others. */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { runStep } from '../support/step.ts';
import { uploadArtifact, uploadTarball } from '../support/tarball.ts';
import { runTwice } from '../support/twice.ts';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const BUILT = '/var/tmp/bake/built';
/** Everything that is installed but for the time of the installation and what the daemons said. */
const INSTALLED = `cd /var/ossec && find . ! -path './logs/*' ! -name ossec-init.conf -printf '%M %u:%g %l %p\\n' | sort
  find . -type f ! -path './logs/*' ! -name ossec-init.conf | sort | xargs sha256sum`;

async function standIn(): Promise<Buffer> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-tree-'));
  try {
    await cp(STAND_IN, join(scratch, 'ossec'), { recursive: true });
    await execa('tar', ['-czf', join(scratch, 'ossec.tar.gz'), '-C', scratch, 'ossec']);
    return await readFile(join(scratch, 'ossec.tar.gz'));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** What a bake takes back from a builder. */
async function takeBack(container: Container) {
  return {
    platform: await container.bash(`cat ${BUILT}/platform`),
    tree: Buffer.from(await container.bash(`base64 -w0 ${BUILT}/ossec-tree.tar.gz`), 'base64'),
  };
}

/** Installs `tarball` on one machine and what that has compiled on another. */
async function compileAndInstall(distribution: Distribution, tarball: Buffer) {
  await using compiler = await Container.start({ distribution });
  assert.equal((await runStep(compiler, await uploadTarball(compiler, tarball))).exitCode, 0);
  const { platform, tree } = await takeBack(compiler);
  const installer = await Container.start({ distribution });
  const digest = await uploadArtifact(installer, tree);
  const offers = [`debian-11-amd64=${'0'.repeat(64)}`, `${platform.trim()}=${digest}`];
  const step = await uploadTarball(installer, tarball, offers);
  return { platform, installer, step, digest, compiled: await compiler.bash(INSTALLED) };
}

describe("a compiled tree of OSSEC's stand-in", { skip: whyNoContainer('debian-12') }, () => {
  test('is taken back, installs the same on another machine, and is not made again there', async () => {
    const { platform, installer, step, compiled } = await compileAndInstall('debian-12', await standIn());
    await using machine = installer;
    assert.match(platform, /^debian-12-[a-z0-9]+\n$/);
    const { stdout } = await runTwice(machine, step);
    assert.equal(stdout, 'installed OSSEC v0.0.0-stand-in in /var/ossec, off, from a compiled tree\n');
    assert.equal(await machine.bash(INSTALLED), compiled);
    const back = await takeBack(machine);
    assert.deepEqual([back.platform, back.tree.length], [platform, 0]);
  });

  test('is refused where it is not what was kept, or did not arrive, and nothing is installed', async () => {
    const { installer, step, digest } = await compileAndInstall('debian-12', await standIn());
    await using machine = installer;
    const file = `/var/tmp/bake/artifacts/${digest}`;
    await machine.bash(`printf x | dd of=${file} bs=1 seek=100 conv=notrunc status=none`);
    const changed = await runStep(machine, step);
    assert.equal(changed.exitCode, 1);
    assert.match(
      changed.stderr,
      new RegExp(`^the compiled tree for debian-12-\\w+ does not have the sha256 ${digest}`),
    );
    await machine.bash(`rm ${file}`);
    assert.match(
      (await runStep(machine, step)).stderr,
      /^the compiled tree [0-9a-f]{64} for .* was not uploaded/,
    );
    assert.equal(await machine.bash('ls -d /var/ossec /etc/ossec-init.conf 2>/dev/null || true'), '');
  });

  test('for other machines is left alone', async () => {
    await using machine = await Container.start({ distribution: 'debian-12' });
    const offers = ['debian-1-amd64', 'debian-12-amd64x', 'debian-12'].map(
      (name) => `${name}=${'0'.repeat(64)}`,
    );
    const { stdout } = await runStep(machine, await uploadTarball(machine, await standIn(), offers));
    assert.equal(stdout, 'installed OSSEC v0.0.0-stand-in in /var/ossec, off\n');
    assert.ok((await takeBack(machine)).tree.length > 0);
  });
});

const REAL = process.env.BAKE_OSSEC_TARBALL;
const NO_TARBALL = REAL ? undefined : 'NOT RUN: set BAKE_OSSEC_TARBALL to a source tarball of OSSEC';

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  const skip = whyNoContainer(distribution) ?? NO_TARBALL;
  describe(`a compiled tree of OSSEC's real source on ${distribution}`, { skip }, () => {
    test('installs the same without a compiler, and in seconds', async (context) => {
      const tarball = await readFile(REAL ?? '');
      const { installer, step, compiled } = await compileAndInstall(distribution, tarball);
      await using machine = installer;
      const { stdout } = await runTwice(machine, step);
      assert.match(stdout, /^installed OSSEC v\S+ in \/var\/ossec, off, from a compiled tree\n$/);
      assert.equal(await machine.bash(INSTALLED), compiled);
      const log = await machine.bash(`cat /var/log/apt/history.log 2>/dev/null || true`);
      assert.doesNotMatch(log, /\b(gcc|cpp|make|libc6-dev)\b/, 'no compiler came and went');
      context.diagnostic(`apt: ${log.replaceAll('\n', ' ')}`);
    });
  });
}
