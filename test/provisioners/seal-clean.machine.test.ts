import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { runStep, type StepInput, uploadStep } from '../support/step.ts';
import { BACKGROUND, runTwice } from '../support/twice.ts';

const SEAL: StepInput = { provisioner: 'seal-clean', values: { last: 'yes' } };
const BASE_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBaseKeyBaseKeyBaseKeyBaseKeyBaseKeyBaseKeyB ops@example.org';
const BASE_KEYS: StepInput = {
  provisioner: 'authorized-keys',
  values: { ssh_user: 'admin' },
  files: { authorized_keys: `${BASE_KEY}\n` },
};

/** What a build leaves behind; every line has a word that must be nowhere on the disk afterwards. */
const LITTER = `
for home in /root /home/admin; do
  echo 'export PASSWORD=trace-of-the-build' | tee $home/.bash_history $home/.python_history $home/.lesshst >/dev/null
  mkdir -p $home/.cache/tool; echo trace-of-the-build > $home/.cache/tool/x
done
mkdir -p /var/lib/dhcp /var/crash /var/lib/amazon/ssm/i-0123 /var/mail /etc/netplan
for file in /tmp/file /tmp/.hidden /var/tmp/file '/var/tmp/two words' /var/lib/dhcp/dhclient.leases /var/crash/core \\
  /var/lib/amazon/ssm/i-0123/state /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/log/dpkg.log.1 \\
  /var/log/app.log /var/log/old.gz /var/mail/root /etc/netplan/50-cloud-init.yaml /var/cache/apt/archives/x.deb; do
  echo trace-of-the-build >> "$file"
done
logger trace-of-the-build
chown admin /var/log/app.log; chmod 0640 /var/log/app.log
echo root:secret | chpasswd
echo 'PasswordAuthentication yes' > /etc/ssh/sshd_config.d/50-cloud-init.conf
echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOwnKey someone's own" >> /home/admin/.ssh/authorized_keys
journalctl --sync`;

/** One setting a line: what chooses the data source at boot is no YAML parser. */
const CLOUD_INIT = `datasource_list: [NoCloud]
locale: C.UTF-8
system_info:
  default_user: {name: admin, shell: /bin/bash, sudo: ["ALL=(ALL) NOPASSWD:ALL"]}
`;

interface Launch {
  readonly instance: string;
  readonly publicKey: string;
  readonly image?: string;
}

/** A machine that real cloud-init has set up from this data. */
async function launch(
  distribution: Distribution,
  { instance, publicKey, image }: Launch,
): Promise<Container> {
  const seed = await mkdtemp(join(tmpdir(), 'bake-seed-'));
  try {
    const folder = join(seed, 'var/lib/cloud/seed/nocloud');
    await mkdir(folder, { recursive: true });
    const metadata = { 'instance-id': instance, 'local-hostname': instance, 'public-keys': [publicKey] };
    await writeFile(join(folder, 'meta-data'), JSON.stringify(metadata));
    await writeFile(join(folder, 'user-data'), '#cloud-config\n{}\n');
    const settings = join(seed, 'etc/cloud/cloud.cfg.d');
    await mkdir(settings, { recursive: true });
    await writeFile(join(settings, '99-test.cfg'), CLOUD_INIT);
    const container = await Container.start({
      distribution,
      systemd: true,
      seed,
      ...(image === undefined ? {} : { image }),
    });
    await container.exec(['cloud-init', 'status', '--wait']);
    return container;
  } finally {
    await rm(seed, { recursive: true, force: true });
  }
}

interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

async function keyPair(name: string): Promise<KeyPair> {
  await using container = await Container.start({ distribution: 'debian-12' });
  await container.bash(`ssh-keygen -q -t ed25519 -N '' -C '${name}' -f /run/key`);
  return {
    publicKey: (await container.bash('cat /run/key.pub')).trim(),
    privateKey: await container.bash('cat /run/key'),
  };
}

const IDENTITY = 'cat /etc/machine-id /etc/ssh/ssh_host_*_key.pub';

for (const distribution of ['debian-12', 'debian-13'] satisfies Distribution[]) {
  describe(`the seal on ${distribution}`, { skip: whyNoContainer(distribution) }, () => {
    test('leaves nothing of the builder, and its image boots as new machines', async () => {
      const build = await keyPair('packer_6565');
      const launchKey = await keyPair('launch');
      await using builder = await launch(distribution, { instance: 'builder', publicKey: build.publicKey });
      const booted = await runStep(builder, { provisioner: 'wait-for-boot' });
      assert.deepEqual([booted.exitCode, booted.stderr], [0, '']);
      await runStep(builder, BASE_KEYS);
      await builder.bash(LITTER);
      const ids = (await builder.bash(IDENTITY)).trim().split('\n');

      const { stdout } = await runTwice(builder, SEAL, BACKGROUND);
      assert.match(stdout, /^\/home\/admin\/\.ssh\/authorized_keys: the launch key removed$/m);
      assert.match(
        stdout,
        /^\/etc\/ssh\/ssh_host_\*: removed \(\d\): every instance makes its own host keys$/m,
      );
      assert.equal(await builder.bash(STATE), SEALED);

      await using image = await builder.commit();
      const clone = (instance: string) =>
        launch(distribution, { instance, publicKey: launchKey.publicKey, image: image.id });
      await using first = await clone('i-1');
      for (const trace of ['trace-of-the-build', blob(build.publicKey), ...ids.map(blob)]) {
        assert.equal(await first.bash(everywhere(trace)), '', `${trace} is on the disk`);
      }
      await using second = await clone('i-2');
      const [one, two] = [await first.bash(IDENTITY), await second.bash(IDENTITY)];
      const all = [...ids, ...one.trim().split('\n'), ...two.trim().split('\n')].map(blob);
      assert.equal(new Set(all).size, all.length, 'host keys and machine ids are their own');
      assert.match(await first.bash('cloud-init query instance_id'), /^i-1$/m);
      assert.ok(
        (await first.bash('cat /home/admin/.ssh/authorized_keys')).includes(blob(launchKey.publicKey)),
      );
      assert.equal(await first.bash('cat /etc/ssh/authorized_keys.d/admin'), `${BASE_KEY}\n`);
      assert.equal(await first.bash('systemctl is-active ssh systemd-journald'), 'active\nactive\n');
    });
  });
}

describe('the seal', { skip: whyNoContainer('debian-12') }, () => {
  test("lets the build's own SSH connection go on to the end", async () => {
    const build = await keyPair('packer_6565');
    await using builder = await launch('debian-12', { instance: 'builder', publicKey: build.publicKey });
    await uploadStep(builder, SEAL);
    await builder.exec(['sh', '-c', 'umask 077; printf "%s\n" "$KEY" > /run/key'], {
      KEY: build.privateKey.trim(),
    });
    const ssh =
      'ssh -S /run/mux -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR admin@127.0.0.1';
    await builder.bash(`${ssh} -i /run/key -fNM >/dev/null 2>&1`);
    const sealed = `${ssh} "sudo BAKE_STEP_FOLDER=/var/tmp/bake/steps/01-seal-clean bash /run/bake/run.sh"`;
    assert.match(await builder.bash(sealed), /ssh_host_\*: removed/);
    assert.equal(
      await builder.bash(`${ssh} 'sudo id -un; ls -A /var/tmp /tmp'`),
      'root\n/tmp:\n\n/var/tmp:\n',
    );
    await builder.bash('sync; sleep 1');
    assert.equal(
      await builder.bash('find /var/log -type f -size +0 -printf "%p\\n"'),
      '',
      'written after the seal',
    );
  });

  test('says why where /etc/ssh/sshd_config would let passwords in all the same', async () => {
    await using container = await Container.start({ distribution: 'debian-12', systemd: true });
    await container.bash(`sed -i '1i PasswordAuthentication yes' /etc/ssh/sshd_config`);
    const outcome = await runStep(container, SEAL);
    assert.equal(outcome.exitCode, 1);
    assert.match(outcome.stderr, /sshd_config lets passwords in before it includes sshd_config\.d/);
  });
});

/** The base64 part of a key, or the text itself. */
function blob(text: string): string {
  return /AAAA\S{40,}/.exec(text)?.[0] ?? text;
}

function everywhere(trace: string): string {
  return `grep --recursive --fixed-strings --files-with-matches --devices=skip -e '${trace}' \\
    / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=run 2>/dev/null || true`;
}

const STATE = `ls -A /tmp /var/tmp /var/lib/dhcp /var/lib/cloud /var/log/journal
stat -c '%n %s %U %a' /etc/machine-id /var/log/app.log /var/log/wtmp
cat /home/admin/.ssh/authorized_keys /root/.ssh/authorized_keys
passwd -S root | cut -d' ' -f2; ls /usr/sbin/policy-rc.d /var/lib/dbus/machine-id /etc/ssh/ssh_host_* \\
  /etc/ssh/sshd_config.d/50-cloud-init.conf 2>&1 | grep -c 'No such file'
cat /etc/ssh/sshd_config.d/10-bake-*`;
const SEALED = `/tmp:

/var/lib/cloud:

/var/lib/dhcp:

/var/log/journal:

/var/tmp:
/etc/machine-id 0 root 644
/var/log/app.log 0 admin 640
/var/log/wtmp 0 root 664
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOwnKey someone's own
L
4
# The fleet's keys are in the second place, which only root can change.
AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys.d/%u
# Keys only.
PasswordAuthentication no
KbdInteractiveAuthentication no
`;
