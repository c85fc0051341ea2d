/** Instances as containers, reached as Packer and users reach them. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  AuthorizeSecurityGroupEgressCommand,
  CreateSecurityGroupCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { down } from '../../rehearsal/src/index.ts';
import { postsOf } from '../support/aws-by-hand.ts';
import { STATE } from '../support/rehearsal.ts';
import { type Instance, newStateFolder, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
const ownFolder = STATE === undefined ? await newStateFolder() : undefined;

before(async () => {
  bench = await openWorkbench(ownFolder ?? STATE ?? '', ['debian-12', 'debian-13']);
});
after(async () => {
  if (ownFolder === undefined) return;
  await down({ stateFolder: ownFolder, report: () => {} });
  await rm(dirname(ownFolder), { recursive: true, force: true });
});

/** IPv4 addresses of this machine, without the loopback's: in a container those are the container's. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

const caller = () => ({ endpoint: bench.endpoint, credentials: bench.config });

const MARK = 'mktemp /var/tmp/markXXXXXX';
/** Prints 000 where nothing answers in time. */
const probe = (url: string) =>
  `curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' ${url} || true`;

for (const [distribution, version] of [
  ['debian-12', 'bookworm'],
  ['debian-13', 'trixie'],
] as const) {
  describe(`an instance of ${distribution}`, () => {
    let instance: Instance;
    before(async () => {
      instance = await bench.launch(bench.source(distribution));
    });
    after(() => bench.terminate(instance));

    test('is reached by SSH with the key that cloud-init put there, and its user is root by sudo', async () => {
      const said = await bench.ssh(instance, '. /etc/os-release; echo "$VERSION_CODENAME $(sudo -n id -un)"');
      assert.equal(said, `${version} root`);
    });

    test('has a loopback address of its own', () => {
      assert.match(instance.address, /^127\.77\.\d+\.\d+$/);
    });

    test('is a whole machine: systemd runs, nothing failed, cloud-init is content', async () => {
      const said = await bench.root(
        instance,
        'systemctl is-system-running --wait; systemctl --failed --plain --no-legend',
      );
      assert.equal(said, 'running');
      assert.match(
        await bench.root(instance, 'cloud-init status --wait --long'),
        /status: done[\s\S]*DataSourceEc2/,
      );
    });

    test('was told by the metadata service, with a session token, who it is', async () => {
      assert.equal(await bench.root(instance, 'cloud-init query instance_id'), instance.id);
      assert.equal(await bench.root(instance, 'cloud-id'), 'aws');
      assert.match(await bench.root(instance, 'hostname'), /^ip-/);
      assert.equal(await bench.root(instance, probe('http://169.254.169.254/latest/meta-data/')), '401');
    });

    test("holds ordinary files where the engine mounts its own, and /tmp is the image's", async () => {
      const mounts = await bench.root(instance, 'findmnt --noheadings --output TARGET --list');
      assert.doesNotMatch(mounts, /^\/etc\//m);
      assert.doesNotMatch(mounts, /^\/tmp$/m);
      const files = await bench.root(
        instance,
        'stat --format "%n %F %a" /etc/hostname /etc/hosts /etc/resolv.conf',
      );
      assert.equal(
        files,
        ['hostname', 'hosts', 'resolv.conf'].map((name) => `/etc/${name} regular file 644`).join('\n'),
      );
      assert.equal(
        await bench.root(instance, 'cat /etc/resolv.conf'),
        'nameserver 127.0.0.11\noptions ndots:0',
      );
    });

    test('was made without host keys, machine id, package lists, passwords', async () => {
      const image = `${bench.config.name}:${bench.source(distribution)}`;
      const said = await bench.docker(
        ['run', '--rm', '--interactive', '--network=none', '--pull=never', image, 'sh', '-s'],
        {
          input:
            'find /etc/ssh -name "ssh_host_*"; cat /etc/machine-id; ls /var/lib/apt/lists; passwd -S root',
        },
      );
      assert.match(said, /^(auxfiles\nlock\npartial\n|lock\npartial\n|partial\n)?root L /);
    });

    test('installs packages', async () => {
      await bench.root(instance, 'apt-get update -qq && apt-get install -y -qq --no-install-recommends tree');
      assert.match(await bench.ssh(instance, 'tree --version'), /tree v/);
    });
  });
}

describe('an image of an instance', () => {
  test('holds what was on its disk, knows nothing of the engine, and boots as new instances', async () => {
    const builder = await bench.launch(bench.source('debian-12'));
    const mark = await bench.ssh(builder, MARK);
    const idBefore = await bench.root(builder, 'cat /etc/machine-id');
    await bench.root(builder, 'touch /tmp/forgotten');
    await bench.root(builder, 'truncate --size=0 /etc/machine-id');
    await bench.stop(builder);
    const imageId = await bench.createImage(builder, `marked-${Date.now()}`);
    await bench.terminate(builder);

    const clones = await bench.launchSeveral(imageId, 2);
    try {
      const [one, two] = clones;
      assert.ok(one !== undefined && two !== undefined);
      assert.notEqual(one.address, two.address);
      for (const clone of clones) {
        assert.equal(await bench.ssh(clone, `ls ${mark}`), mark);
        assert.equal(await bench.root(clone, 'cloud-init query instance_id'), clone.id);
        assert.notEqual(await bench.root(clone, 'cat /etc/machine-id'), idBefore);
      }
      const image = `${bench.config.name}:${imageId}`;
      const config = await bench.docker(['image', 'inspect', '--format={{json .Config}}', image]);
      assert.doesNotMatch(config, /umount|resolv/);
      const inside = ['run', '--rm', '--network=none', '--pull=never', image, 'ls', '/tmp/forgotten'];
      assert.equal(await bench.docker(inside), '/tmp/forgotten');
    } finally {
      await bench.terminate(...clones);
    }
  });
});

describe('a stopped instance', () => {
  test('starts again with its disk and its address', async () => {
    const instance = await bench.launch(bench.source('debian-12'));
    try {
      const mark = await bench.ssh(instance, MARK);
      await bench.stop(instance);
      const again = await bench.start(instance);
      assert.equal(again.address, instance.address);
      assert.equal(await bench.ssh(again, `ls ${mark}`), mark);
    } finally {
      await bench.terminate(instance);
    }
  });

  test('may have been stopped from inside', async () => {
    const instance = await bench.launch(bench.source('debian-12'));
    try {
      await bench.ssh(instance, 'sudo systemctl poweroff').catch(() => '');
      await bench.stop(instance);
      const again = await bench.start(instance);
      assert.equal(await bench.ssh(again, 'echo up'), 'up');
    } finally {
      await bench.terminate(instance);
    }
  });
});

describe('the firewall', () => {
  let instance: Instance;
  before(async () => {
    instance = await bench.launch(bench.source('debian-12'));
  });
  after(() => bench.terminate(instance));

  test('leaves nothing of 169.254.0.0/16 but the metadata service', async () => {
    assert.equal(await bench.root(instance, probe('http://169.254.169.254/')), '401');
    const others = [
      '169.254.169.253',
      '169.254.170.2',
      '169.254.169.254:8080',
      '169.254.1.1',
      '169.254.169.250',
      '169.254.169.250:8443',
      '[fd00:ec2::254]',
    ];
    const answers = others.map((address) => bench.root(instance, probe(`'http://${address}/'`)));
    assert.deepEqual(await Promise.all(answers), Array(others.length).fill('000'));
  });

  test("lets nobody reach this machine's own services, on whichever address", async () => {
    const server = createServer((_, response) => response.end('not for containers'));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    try {
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      assert.equal((await fetch(`http://${bench.config.network.gateway}:${address.port}/`)).status, 200);
      const hosts = [bench.config.network.gateway, ...ownAddresses()];
      const answers = hosts.map((host) => bench.root(instance, probe(`http://${host}:${address.port}/`)));
      assert.deepEqual(await Promise.all(answers), Array(hosts.length).fill('000'));
    } finally {
      server.close();
    }
  });

  test('lets instances reach each other, and the world', async () => {
    const other = await bench.launch(bench.source('debian-12'));
    try {
      const address = await bench.root(other, "hostname --all-ip-addresses | tr -d ' '");
      assert.match(
        await bench.root(instance, `timeout 5 bash -c 'read -r line </dev/tcp/${address}/22; echo "$line"'`),
        /^SSH-2/,
      );
      assert.match(await bench.root(instance, 'apt-get update 2>&1 | tail -1'), /Reading package lists/);
    } finally {
      await bench.terminate(other);
    }
  });
});

describe('an instance whose security group lets nothing out', () => {
  const HOOK = 'https://hooks.rehearsal.internal/silent';
  const post = () =>
    `curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' --resolve hooks.rehearsal.internal:443:169.254.169.250 --cacert /run/rehearsal/authority.crt --data x ${HOOK} || true`;
  let other: Instance;
  let silent: Instance;
  let group: string;
  const all = { IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] };

  before(async () => {
    const { GroupId = '' } = await bench.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: `silent-${Date.now()}`, Description: 'lets nothing out' }),
    );
    group = GroupId;
    await bench.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, ...all }));
    [other, silent] = await Promise.all([
      bench.launch(bench.source('debian-12')),
      bench.launch(bench.source('debian-12'), undefined, group),
    ]);
  });
  after(() => bench.terminate(other, silent));

  const peer = async () => {
    const address = await bench.root(other, "hostname --all-ip-addresses | tr -d ' '");
    const line = `timeout 2 bash -c 'read -r line </dev/tcp/${address}/22; echo "$line"' || true`;
    return (await bench.root(silent, line)).slice(0, 5);
  };
  /** The mirror that packages come from. */
  const world = async (instance: Instance) => {
    const [mirror = ''] =
      /https?:\/\/[^\s]+/.exec(
        await bench.root(instance, 'grep --recursive --no-filename http /etc/apt/sources.list*'),
      ) ?? [];
    const line = `curl --silent --max-time 5 --output /dev/null ${mirror} && echo out || true`;
    return bench.root(instance, line);
  };

  test('is reached by SSH, and has the metadata service and DNS', async () => {
    assert.equal(await bench.ssh(silent, 'sudo -n id -un'), 'root');
    assert.equal(await bench.root(silent, probe('http://169.254.169.254/latest/meta-data/')), '401');
    assert.equal(await bench.root(silent, 'cloud-init query instance_id'), silent.id);
    assert.match(await bench.root(silent, 'getent ahostsv4 deb.debian.org; echo "exit $?"'), /exit [02]$/);
  });

  test('reaches nobody else: no hook, no other instance, no machine of the world', async () => {
    const before = (await postsOf(caller(), silent.id)).length;
    assert.deepEqual([await bench.root(silent, post()), await peer(), await world(silent)], ['000', '', '']);
    assert.equal((await postsOf(caller(), silent.id)).length, before);
    assert.deepEqual([await bench.root(other, post()), await world(other)], ['200', 'out'], 'others do');
  });

  test('reaches them as soon as there is a rule for it, and not after that is gone', async () => {
    await bench.ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: group, ...all }));
    assert.deepEqual([await bench.root(silent, post()), await peer()], ['200', 'SSH-2']);
    await bench.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: group, ...all }));
    assert.deepEqual([await bench.root(silent, post()), await peer()], ['000', '']);
  });

  test('is as silent after it was stopped', async () => {
    await bench.stop(silent);
    silent = await bench.start(silent);
    assert.equal(await bench.root(silent, post()), '000');
  });
});
