import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrorsIn, settingsForContainers, sourcesList } from '../../../rehearsal/src/setup/apt-sources.ts';
import { mountPointsIn } from '../../../rehearsal/src/setup/mounts.ts';
import { parseOsRelease } from '../../../rehearsal/src/setup/os-release.ts';
import { type Need, systemInstall } from '../../../rehearsal/src/setup/packages.ts';
import { sourceImages } from '../../../rehearsal/src/setup/source-images.ts';

test('Debian and Ubuntu install with apt, Fedora does not', () => {
  const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
  assert.deepEqual(parseOsRelease(debian), {
    id: 'debian',
    debianLike: true,
    version: 12,
    codename: 'bookworm',
  });
  const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID=\'22\'\n';
  assert.equal(parseOsRelease(mint).debianLike, true);
  const fedora = parseOsRelease('ID=fedora\nVERSION_ID=43\n');
  assert.deepEqual([fedora.id, fedora.debianLike, fedora.version], ['fedora', false, 43]);
});

test('a testing release says no version, and an empty file says nothing', () => {
  assert.ok(Number.isNaN(parseOsRelease('ID=debian\nVERSION_CODENAME=forky\n').version));
  assert.equal(parseOsRelease('').id, 'unknown');
});

test('everything that is missing is installed with one question and one command', () => {
  const needs: Need[] = [
    {
      of: 'engine',
      what: 'a Docker engine',
      packages: ['docker.io', 'iptables'],
      because: ['it is too old'],
    },
    { of: 'builder', what: 'a builder', packages: ['mmdebstrap'] },
    { of: 'python', what: 'Python', packages: ['python3', 'iptables'] },
  ];
  assert.deepEqual(systemInstall(needs, ['sudo']), {
    why: 'the rehearsal needs a Docker engine (it is too old), a builder, Python',
    packages: ['docker.io', 'iptables', 'mmdebstrap', 'python3'],
    commands: [
      'sudo apt-get update -o DPkg::Lock::Timeout=300',
      'sudo apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 docker.io iptables mmdebstrap python3',
    ],
  });
});

test('what no package brings is named as well, and nothing is installed for it', () => {
  const need: Need = {
    of: 'engine',
    what: 'a Docker engine that this user may use',
    packages: [],
    because: ['unix:///var/run/docker.sock may not be used by this user'],
    commands: ['newgrp docker'],
  };
  assert.deepEqual(systemInstall([need], ['sudo']), {
    why: 'the rehearsal needs a Docker engine that this user may use (unix:///var/run/docker.sock may not be used by this user)',
    packages: [],
    commands: ['newgrp docker'],
  });
});

const TARGETS = `http://mirror.example/debian/ bookworm main
http://mirror.example/debian/ bookworm contrib
http://mirror.example/debian/ bookworm-updates main
http://security.example/ bookworm-security main
https://packages.example/other stable main`;

test("root filesystems come from this machine's own mirrors", () => {
  const sources = mirrorsIn(TARGETS, 'bookworm');
  assert.deepEqual(sourcesList('debian-13', sources), [
    'deb http://mirror.example/debian/ trixie main',
    'deb http://mirror.example/debian/ trixie-updates main',
    'deb http://security.example/ trixie-security main',
  ]);
});

for (const unusable of [
  '',
  'mirror+file:/etc/apt/mirrors/debian.list bookworm main',
  'cdrom://x/ bookworm main',
]) {
  test(`they come from Debian's where this machine has ${unusable || 'none'}`, () => {
    assert.deepEqual(sourcesList('debian-12', mirrorsIn(unusable, 'bookworm')), [
      'deb http://deb.debian.org/debian bookworm main',
      'deb http://deb.debian.org/debian bookworm-updates main',
      'deb http://deb.debian.org/debian-security bookworm-security main',
    ]);
  });
}

test("a proxy on this machine's loopback is not told to containers", () => {
  const far = 'Acquire::http::Proxy "http://proxy.example:3128";';
  const near = ['localhost', '127.0.0.1', '[::1]'].map(
    (host) => `Acquire::http::Proxy "http://${host}:3142";`,
  );
  assert.deepEqual(settingsForContainers({ archive: '', security: '', settings: [...near, far] }), [far]);
});

test('what is mounted in a folder and on it is taken away from the inside out', () => {
  const mountinfo = [
    '22 1 0:5 / / rw - ext4 /dev/vda rw',
    '30 22 0:6 / /run/bake-1 rw - tmpfs tmpfs rw',
    '31 30 0:7 / /run/bake-1/netns rw shared:1 - tmpfs tmpfs rw',
    '32 31 0:8 / /run/bake-1/netns/with\\040space rw - nsfs nsfs rw',
    '33 22 0:9 / /run/bake-10/netns rw - nsfs nsfs rw',
    '',
  ].join('\n');
  assert.deepEqual(mountPointsIn(mountinfo, '/run/bake-1'), [
    '/run/bake-1/netns/with space',
    '/run/bake-1/netns',
    '/run/bake-1',
  ]);
});

test("source images have the ids, names and owner that Debian's would have, the same everywhere", () => {
  const [bookworm] = sourceImages('x64');
  assert.deepEqual(bookworm, {
    imageId: 'ami-99bb3951562a7a251',
    name: 'debian-12-amd64-20261101-2282',
    ownerId: '136693071363',
    architecture: 'x86_64',
    distribution: 'debian-12',
    ssmParameter: '/aws/service/debian/release/12/latest/amd64',
  });
  const ids = [...sourceImages('x64'), ...sourceImages('arm64')].map(({ imageId }) => imageId);
  assert.equal(new Set(ids).size, 4);
  for (const id of ids) assert.match(id, /^ami-[0-9a-f]{17}$/);
});
