import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { runTwice } from '../support/twice.ts';

interface Placed {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: string;
}

function step(placed: readonly Placed[]): StepInput {
  return {
    provisioner: 'files',
    values: {
      paths: placed.map(({ path }) => path),
      owners: placed.map(({ owner = 'root' }) => owner),
      groups: placed.map(({ group = 'root' }) => group),
      modes: placed.map(({ mode = '0644' }) => mode),
    },
    files: Object.fromEntries(placed.map(({ path, content = 'x\n' }) => [`rootfs${path}`, content])),
  };
}

describe('files', { skip: whyNoContainer('debian-12') }, () => {
  test('arrive byte for byte, whatever is in their names and contents', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const placed = [
      ...HOSTILE.map((value) => ({ path: `/etc/bake test/${value}`, content: value })),
      { path: '/srv/every-byte', content: everyByte, mode: '4750', group: 'mail' },
      { path: '/srv/empty', content: '', mode: '0000' },
      { path: '/bin/through-merged-usr', content: '#!/bin/sh\n', mode: '0755' },
    ];
    const input = step(placed);
    await runTwice(container, input, ['/usr/bin/through-merged-usr']);
    for (const { path, content } of placed) {
      const encoded = await container.exec(['base64', '--wrap=0', '--', path]);
      assert.equal(encoded.stdout, Buffer.from(content).toString('base64'), path);
    }
    assert.equal(await container.bash('ls /pwned 2>/dev/null | wc -l'), '0\n');
    assert.equal(
      await container.bash(`stat -c '%a %U %G' /srv/every-byte /srv/empty '/etc/bake test'`),
      '4750 root mail\n0 root root\n755 root root\n',
    );
  });

  test('are replaced in one move, only where they differ, and say so', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await runStep(container, step([{ path: '/srv/a' }, { path: '/srv/b' }, { path: '/srv/c' }]));
    const inode = await container.bash('stat -c %i /srv/a /srv/b /srv/c');
    const outcome = await runStep(
      container,
      step([{ path: '/srv/a' }, { path: '/srv/b', content: 'y\n' }, { path: '/srv/c', mode: '0600' }]),
    );
    assert.equal(outcome.stdout, '/srv/b: changed\n/srv/c: changed\n');
    const [a, b, c] = (await container.bash('stat -c %i /srv/a /srv/b /srv/c')).split('\n');
    const [wasA, wasB, wasC] = inode.split('\n');
    assert.deepEqual([a === wasA, b === wasB, c === wasC], [true, false, false]);
    assert.equal(await container.bash('ls -A /srv'), 'a\nb\nc\n');
  });

  const refused: Array<[string, Placed, RegExp]> = [
    [
      'an owner that does not exist',
      { path: '/srv/x', owner: 'nobody-such' },
      /owner 'nobody-such' is no user/,
    ],
    ['an owner by number', { path: '/srv/x', owner: '0' }, /owner '0' is no user/],
    ['a group that does not exist', { path: '/srv/x', group: 'no-group' }, /group 'no-group' is no group/],
    ['a symlink as a folder on the way', { path: '/srv/link/x' }, /\/srv\/link\/x: .*symlink to \/etc/],
    ['a symlink in its place', { path: '/srv/file-link' }, /is a symlink to \/etc\/passwd/],
    ['a folder in its place', { path: '/etc/ssh' }, /\/etc\/ssh exists and is not a file/],
    ['a mode that is none', { path: '/srv/x', mode: '0999' }, /mode '0999' is not four octal digits/],
    ['a path that climbs', { path: '/srv/../etc/x' }, /not a plain absolute path/],
  ];
  test('are refused before anything is placed where they can not be right', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    await container.bash('ln -s /etc /srv/link; ln -s /etc/passwd /srv/file-link');
    for (const [name, placed, message] of refused) {
      await t.test(name, async () => {
        const outcome = await runStep(container, step([placed]));
        assert.equal(outcome.exitCode, 1);
        assert.match(outcome.stderr, message);
        assert.equal(await container.bash('ls -A /srv; ls /etc/x 2>&1 | tail -n 1'), LEFT_ALONE);
      });
    }
  });
});

const LEFT_ALONE = "file-link\nlink\nls: cannot access '/etc/x': No such file or directory\n";
