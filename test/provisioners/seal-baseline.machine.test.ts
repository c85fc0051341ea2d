/** The step that takes the baseline, held to its contract: with the stand-in, and with real OSSEC where there is a tarball. */

import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FIRST_BOOT_PATHS } from '../../src/ossec/first-boot.ts';
import { configure, installReal, whyNotReal } from '../ossec/real.ts';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { beyondContract, measureStep, readContract, runStep, type StepInput } from '../support/step.ts';
import { ossecFrom } from '../support/tarball.ts';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const DATABASE = '/var/ossec/queue/syscheck/syscheck';
const SEAL: StepInput = {
  provisioner: 'seal-baseline',
  values: { first_boot: FIRST_BOOT_PATHS.map(({ path }) => path) },
};

describe('the baseline with the stand-in', { skip: whyNoContainer('debian-12') }, () => {
  test('is none, says so, and leaves no upload', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await runStep(
      container,
      await ossecFrom(container, (folder) => cp(STAND_IN, folder, { recursive: true })),
    );
    const { exitCode, stdout } = await runStep(container, SEAL);
    assert.deepEqual([exitCode, stdout], [0, 'no baseline: the stand-in for OSSEC watches nothing\n']);
    assert.equal(await container.bash('ls /var/tmp'), '');
  });
});

describe('the baseline with real OSSEC', { skip: whyNotReal('debian-12', 1) }, () => {
  test('changes what its contract says, is OSSEC’s alone, and lacks what a first boot writes', async () => {
    const real = await installReal('debian-12');
    await using _image = real.image;
    await using container = await Container.start({ distribution: 'debian-12', image: real.image.id });
    const configured = configure(real, { blocking: undefined, systemLog: 'rsyslog' });
    assert.equal((await runStep(container, configured)).exitCode, 0);
    const { exitCode, stdout, stderr, changed } = await measureStep(container, SEAL);
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stdout,
      /^baseline: [0-9]+ files, taken last; [1-9][0-9]* that a first boot writes are left out$/m,
    );
    assert.deepEqual(beyondContract(await readContract('seal-baseline'), SEAL.values ?? {}, changed), []);
    const paths = await container.bash(`cut -d' ' -f3- ${DATABASE} | sort`);
    assert.match(paths, /^\/etc\/bake\/ossec\/notify\.json$/m);
    assert.doesNotMatch(paths, /^\/etc\/(passwd|hostname|machine-id)$/m);
    assert.equal(await container.bash(`stat -c %U:%G ${DATABASE}`), 'ossec:ossec\n');
    assert.equal(await container.bash(`find ${LEFT} -type f -size +0 2>/dev/null || true`), '');
    assert.equal(await container.bash(`pgrep -c '^ossec-' || true`), '0\n');
  });
});

/** What the builder's OSSEC must leave nothing in. */
const LEFT =
  '/var/ossec/logs /var/ossec/stats /var/ossec/queue/diff /var/ossec/queue/rootcheck /var/ossec/var/run';
