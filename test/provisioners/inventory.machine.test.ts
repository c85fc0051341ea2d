import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { diffInventories } from '../../src/images/diff.ts';
import type { Inventory } from '../../src/images/model.ts';
import { readInventory } from '../../src/images/read-inventory.ts';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

const FILE = '/run/bake/inventory.json.gz';
const INVENTORY: StepInput = { provisioner: 'inventory', variables: { BAKE_INVENTORY_FILE: FILE } };

/** What an image may have that a reviewer must see. */
const CHANGES = `
cp /bin/true /usr/local/bin/root-me && chmod 4755 /usr/local/bin/root-me
useradd --create-home --groups sudo --shell /bin/bash intruder
printf '[Service]\\nExecStart=/bin/sleep 1d\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/backdoor.service
systemctl enable --quiet backdoor.service
echo changed >> /etc/issue
ln -s /dev/null /opt/link
: > "$(printf '/opt/two\\nlines \\377')"
systemd-run --quiet --unit=listener python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 4242)); time.sleep(600)'
for attempt in $(seq 50); do if ss -Htln | grep --quiet :4242; then break; fi; sleep 0.1; done`;

/** A tree as OSSEC has it; its rule files are XML as only OSSEC reads it. */
const OSSEC = `
mkdir -p /var/ossec/etc /var/ossec/rules /var/ossec/queue
echo 'VERSION="v3.8.0"' > /etc/ossec-init.conf
echo '<ossec_config><rules><include>a_rules.xml</include> <!-- <include>none.xml</include> --><include>b_rules.xml</include></rules></ossec_config>' > /var/ossec/etc/ossec.conf
echo '<group name="a,"><rule id="5710" level="5"><if_sid>5700</if_sid><description>One &amp;
  two</description></rule><!-- <rule id="1" level="1"></rule> --></group>' > /var/ossec/rules/a_rules.xml
echo '<group name="b,"><rule id="5710" level="9" overwrite="yes"><description>Again</description></rule><rule level="0" id="100100"></rule></group>' > /var/ossec/rules/b_rules.xml
echo state > /var/ossec/queue/state`;

/** What a builder writes of itself: its name, the key it was launched with, and when it was made. */
const BUILDER = (number: string) => `
printf '%s\\n' "$(hostname)" > /etc/hostname
printf '%s\\n' '127.0.0.1 localhost' "10.0.0.${number} $(hostname).internal $(hostname)" > /etc/hosts
for key in "no-pty ssh-rsa AAAA${number} packer_6f0-${number}" 'ssh-ed25519 AAAAalice alice'; do echo "$key"; done \\
  > /home/admin/.ssh/authorized_keys
echo 'ssh-rsa AAAA${number} packer_6f0-${number}' > /root/.ssh/authorized_keys
printf '%s\\n' 'VERSION="v3.8.0"' 'DATE="Tue Nov 2${number} 12:00:00 UTC 2026"' > /etc/ossec-init.conf
printf '%s\\n' '# Created by cloud-init v. 22.4.2 on Tue, 2${number} Nov 2026 13:36:52 +0000' 'admin ALL=(ALL) NOPASSWD:ALL' \\
  > /etc/sudoers.d/90-cloud-init-users`;

async function inventoryOf(container: Container): Promise<{ inventory: Inventory; bytes: string }> {
  const bytes = (await container.bash(`base64 --wrap=0 ${FILE}`)).trim();
  const text = gunzipSync(Buffer.from(bytes, 'base64')).toString('utf8');
  return { inventory: readInventory(text, FILE), bytes };
}

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`inventory on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('changes nothing, and says the same of the same machine', async () => {
      await using container = await Container.start({ distribution, systemd: true });
      await runTwice(container, INVENTORY, BACKGROUND);
      const { bytes, inventory } = await inventoryOf(container);
      await runStep(container, INVENTORY);
      assert.equal((await inventoryOf(container)).bytes, bytes);
      assert.deepEqual(inventory.system, {
        id: 'debian',
        version: distribution.slice('debian-'.length),
        architecture: 'amd64',
      });
      const installed = await container.bash(
        "dpkg-query --show --showformat='${Package} ${Version}\\n' | sort",
      );
      assert.deepEqual(
        inventory.packages.map(({ name, version }) => `${name} ${version}`).sort(),
        installed.trim().split('\n').sort(),
      );
      assert.ok(inventory.setuid.some(({ path, mode }) => path === '/usr/bin/su' && mode === '4755'));
      assert.equal(inventory.ossec, undefined);
    });

    test('tells what an intruder has left, and nothing that a package explains', async () => {
      await using container = await Container.start({ distribution, systemd: true });
      await runStep(container, INVENTORY);
      const before = (await inventoryOf(container)).inventory;
      await container.bash(CHANGES);
      await runStep(container, INVENTORY);
      const diff = diffInventories(before, (await inventoryOf(container)).inventory);
      assert.deepEqual(diff.setuid.added, [
        { path: '/usr/local/bin/root-me', mode: '4755', owner: 'root', group: 'root' },
      ]);
      assert.deepEqual(
        diff.users.added.map(({ name, shell, groups }) => [name, shell, groups]),
        [['intruder', '/bin/bash', ['intruder', 'sudo']]],
      );
      assert.deepEqual(diff.units.added, ['backdoor.service']);
      assert.deepEqual(diff.listeners.added, [
        { protocol: 'tcp', address: '127.0.0.1', port: 4242, process: 'python3' },
      ]);
      assert.deepEqual(diff.packages, []);
      const paths = diff.files.own.added.map(({ path }) => path);
      assert.ok(paths.includes('/opt/two\nlines \udcff'), 'a name that is no text');
      assert.ok(paths.includes('/opt/link') && paths.includes('/usr/local/bin/root-me'));
      assert.equal(diff.files.own.added.find(({ path }) => path === '/opt/link')?.content, '-> /dev/null');
      assert.ok(diff.files.own.changed.some(({ to }) => to.path === '/etc/issue'));
    });
  });
}

describe('inventory', { skip: whyNoContainer('debian-12') }, () => {
  test('has the rules that OSSEC has, as the last file says', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(OSSEC);
    await runStep(container, INVENTORY);
    const { ossec, files } = (await inventoryOf(container)).inventory;
    assert.deepEqual(ossec, {
      version: 'v3.8.0',
      rules: [
        { id: 5710, level: 9, description: 'Again' },
        { id: 100100, level: 0, description: '' },
      ],
    });
    assert.ok(!files.some(({ path }) => path.startsWith('/var/ossec/queue/')));
    assert.ok(files.some(({ path }) => path === '/var/ossec/rules/a_rules.xml'));
  });

  test('says the same on another builder, but for what somebody has changed', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    const inventory = async (script: string) => {
      await container.bash(script);
      await runStep(container, INVENTORY);
      return (await inventoryOf(container)).inventory;
    };
    await container.bash(`umount /etc/hosts /etc/hostname
      mkdir -p /home/admin/.ssh /root/.ssh /etc/sudoers.d`);
    const first = await inventory(BUILDER('1'));
    const second = await inventory(`${BUILDER('2')}\nuseradd other && userdel other`);
    assert.deepEqual(diffInventories(first, second).files.own, { added: [], removed: [], changed: [] });

    const changed = await inventory(`echo '10.0.0.3 deb.debian.org' "$(hostname)" >> /etc/hosts
      echo 'ssh-ed25519 AAAAother packer_key or so' >> /home/admin/.ssh/authorized_keys
      echo 'other ALL=(ALL) NOPASSWD:ALL # Created by cloud-init v. 22 on Tue' >> /etc/sudoers.d/90-cloud-init-users`);
    assert.deepEqual(
      diffInventories(second, changed).files.own.changed.map(({ to }) => to.path),
      ['/etc/hosts', '/etc/sudoers.d/90-cloud-init-users', '/home/admin/.ssh/authorized_keys'],
    );
    const keys = (of: Inventory) =>
      of.files.find(({ path }) => path === '/home/admin/.ssh/authorized_keys')?.content;
    assert.equal(keys(first), createHash('sha256').update('ssh-ed25519 AAAAalice alice\n').digest('hex'));
  });

  test('leaves out what the seal will remove', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(
      `mkdir -p /var/tmp/bake/steps/02-seal-clean /root/.cache/deep /tmp/x
      printf '# how\\nremove\\t~/.cache\\ta cache\\nremove\\t/etc/ssh/ssh_host_*\\tkeys\\nempty\\t/etc/machine-id\\tits own\\n' \\
        > /var/tmp/bake/steps/02-seal-clean/paths.tsv
      touch /root/.cache/deep/file /root/kept /etc/ssh/ssh_host_x_key`,
    );
    await runStep(container, INVENTORY);
    const paths = (await inventoryOf(container)).inventory.files.map(({ path }) => path);
    assert.ok(paths.includes('/root/kept'));
    for (const gone of ['/root/.cache/deep/file', '/etc/ssh/ssh_host_x_key', '/etc/machine-id'])
      assert.ok(!paths.includes(gone), gone);
  });

  test('needs python3, and says so', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash('rm -f /usr/bin/python3');
    const { exitCode, stderr } = await runStep(container, INVENTORY);
    assert.equal(exitCode, 1);
    assert.match(stderr, /python3 is missing/);
  });
});
