import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

function step(sha256: string): StepInput {
  return { provisioner: 'ssm-agent', values: { sha256 } };
}

/** A package of that name that starts its unit by itself, as Amazon's does, past policy-rc.d. */
async function makePackage(container: Container, name: string): Promise<string> {
  const sha256 =
    await container.bash(`mkdir -p /root/deb/DEBIAN /root/deb/lib/systemd/system /var/tmp/bake/artifacts
cd /root/deb
printf 'Package: ${name}\\nVersion: 3.3.1\\nArchitecture: all\\nMaintainer: test <t@example.org>\\nDescription: x\\n' > DEBIAN/control
printf '#!/bin/sh\\nset -e\\nsystemctl daemon-reload\\nsystemctl start amazon-ssm-agent\\n' > DEBIAN/postinst
chmod 755 DEBIAN/postinst
printf '[Service]\\nExecStart=/bin/sleep 1d\\n[Install]\\nWantedBy=multi-user.target\\n' > lib/systemd/system/amazon-ssm-agent.service
dpkg-deb --build . /root/agent.deb >/dev/null
sum=$(sha256sum /root/agent.deb | cut -d' ' -f1)
cp /root/agent.deb "/var/tmp/bake/artifacts/$sum"
printf %s "$sum"`);
  return sha256;
}

describe('the SSM agent', { skip: whyNoContainer('debian-12') }, () => {
  test('is installed and enabled, and does not start although its package tries to', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    const sha256 = await makePackage(container, 'amazon-ssm-agent');
    const { stdout } = await runTwice(container, step(sha256), BACKGROUND);
    assert.equal(stdout, 'installed amazon-ssm-agent 3.3.1\namazon-ssm-agent.service: enabled at boot\n');
    assert.equal(await container.bash('systemctl is-active amazon-ssm-agent || true'), 'inactive\n');
  });

  test('is not installed from another file, a missing one or another package', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    const sha256 = await makePackage(container, 'something-else');
    const other = await runStep(container, step(sha256));
    assert.match(other.stderr, /is the package something-else, not amazon-ssm-agent/);
    await container.bash(`echo >> /var/tmp/bake/artifacts/${sha256}`);
    const changed = await runStep(container, step(sha256));
    assert.match(changed.stderr, /is not the file that the fleet file names by its sha256/);
    const missing = await runStep(container, step('0'.repeat(64)));
    assert.match(missing.stderr, /is missing: the SSM agent's package was not uploaded/);
    assert.deepEqual([other.exitCode, changed.exitCode, missing.exitCode], [1, 1, 1]);
    assert.equal(
      await container.bash('dpkg -l amazon-ssm-agent something-else 2>/dev/null | grep -c ^ii || true'),
      '0\n',
    );
  });
});
