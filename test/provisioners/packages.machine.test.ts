import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { changed, snapshot } from '../support/snapshot.ts';
import { measureStep, runStep, type StepInput, withoutUpload } from '../support/step.ts';
import { runTwice } from '../support/twice.ts';

function step(...packages: string[]): StepInput {
  return { provisioner: 'packages', values: { packages } };
}

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`packages on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('are installed with what they need, without recommended ones, and each is named', async () => {
      await using container = await Container.start({ distribution });
      const { stdout } = await runTwice(container, step('jq', 'at'));
      assert.match(stdout, /^installed at \S+\ninstalled jq \S+\ninstalled with them: .*libjq1 \S+/);
      assert.equal(
        await container.bash('dpkg -l exim4-base postfix 2>/dev/null | grep -c ^ii || true'),
        '0\n',
      );
    });
  });
}

describe('packages', { skip: whyNoContainer('debian-12') }, () => {
  test('may be pinned to a version, which must exist', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash('apt-get update -qq');
    const version = (await container.bash(`apt-cache madison jq | awk '{ print $3; exit }'`)).trim();
    const first = await runTwice(container, step(`jq=${version}`));
    assert.ok(first.stdout.startsWith(`installed jq ${version}\n`));
    const second = await runStep(container, step('jq=0.1-1'));
    assert.equal(second.exitCode, 100);
    assert.match(second.stderr, /Version '0\.1-1' for 'jq' was not found/);
  });

  test('that do not exist are named by apt', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(container, step('no-such-package-here'));
    assert.equal(outcome.exitCode, 100);
    assert.match(outcome.stderr, /Unable to locate package no-such-package-here/);
  });

  test('ask for nothing on the network where all are there', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash('rm -f /etc/apt/sources.list');
    const outcome = await measureStep(container, step('bash', 'sudo'));
    assert.deepEqual([outcome.exitCode, outcome.stdout, outcome.changed], [0, '', []]);
  });

  test('are names, not what else apt would make of a word', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const words = [...HOSTILE, 'sudo-', 'sudo/testing', 'su*', 'standard^', '~ninstalled', '?all', ''];
    const before = await snapshot(container);
    for (const word of words) {
      await t.test(JSON.stringify(word), async () => {
        const outcome = await runStep(container, step(word));
        assert.equal(outcome.exitCode, 1);
        assert.equal(outcome.stderr, `'${word}' is not NAME or NAME=VERSION of a Debian package\n`);
      });
    }
    assert.deepEqual(withoutUpload(changed(before, await snapshot(container))), []);
  });
});
