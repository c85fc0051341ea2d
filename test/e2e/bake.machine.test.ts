/** The example fleet, baked as a user does it: real Packer, real systemd machines, in the tests' rehearsal. */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { bake, bakeJson, boot } from '../support/rehearsal.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CANARY = 'canary-3f1c9a-secret value';
const NASTY = `it's "$(touch /tmp/pwned)" \`id\` {{ timestamp }} \${path.root} %{ if true } grün\n  two lines\t\\ `;
/** A tag cannot hold what Packer would run as a template. */
const NASTY_TAG = NASTY.replaceAll(/\s/g, ' ').replaceAll('{{', '{').trim();

const RESULT = z.object({
  images: z.array(
    z.object({
      image: z.string(),
      kind: z.string(),
      imageId: z.string().optional(),
      state: z.string().optional(),
    }),
  ),
});

let fleet: string;
before(async () => {
  fleet = await mkdtemp(join(tmpdir(), 'bake-e2e-'));
  for (const path of ['files', 'keys', 'roles', 'bake.lock'])
    await cp(join(ROOT, path), join(fleet, path), { recursive: true });
  await writeFile(
    join(fleet, 'show.sh'),
    '#!/bin/bash\nprintf %s "$NASTY" >/etc/nasty-environment\nprintf %s "$TOKEN" | sha256sum >/etc/token-digest\necho "the token is $TOKEN"\n',
  );
  await writeFile(
    join(fleet, 'broken.sh'),
    '#!/bin/bash\necho "==> amazon-ebs.broken: AMI: ami-0123456789abcdef0"\necho out of cheese >&2\nexit 3\n',
  );
  await writeFile(join(fleet, 'bake.yaml'), await testFleet());
});
after(() => rm(fleet, { recursive: true, force: true }));

/** The example, and a role for each thing that it does not show. */
async function testFleet(): Promise<string> {
  const example = await readFile(join(ROOT, 'bake.yaml'), 'utf8');
  return `${example.replace('fleet: example', 'fleet: endtoend')}
  nasty:
    files: [{ path: /etc/nasty-file, content: ${JSON.stringify(NASTY)} }]
    tags: { nasty: ${JSON.stringify(NASTY_TAG)} }
    steps: [{ name: show, script: show.sh, env: { NASTY: "\${env:NASTY}", TOKEN: { secret: "\${env:DEPLOY_TOKEN}" } } }]
  broken:
    steps: [{ name: fail, script: broken.sh }]
`;
}

async function run(...args: string[]) {
  const ended = await bakeJson([...args, '--rehearse'], {
    cwd: fleet,
    environment: { NASTY, DEPLOY_TOKEN: CANARY },
  });
  return { ...ended, images: ended.value === undefined ? [] : RESULT.parse(ended.value).images };
}

function imageId(images: z.infer<typeof RESULT>['images'], name: string): string {
  return images.find(({ image }) => image === name)?.imageId ?? assert.fail(`no image of ${name}`);
}

test('roles are baked on one base, side by side; a failing one leaves the others going', async (context) => {
  const { exitCode, events, images, stdout } = await run(
    '--role',
    'web',
    'nasty',
    'broken',
    '--concurrency',
    '2',
  );

  await context.test('the outcome of each is told, and the exit code says that one failed', () => {
    assert.deepEqual(
      images.map(({ image, kind, state }) => [image, kind, state]),
      [
        ['base', 'baked', 'unproven'],
        ['web', 'baked', 'unproven'],
        ['nasty', 'baked', 'unproven'],
        ['broken', 'failed', undefined],
      ],
    );
    assert.equal(exitCode, 1);
  });

  await context.test(
    'the failure names the step and its exit code, and a script cannot pass for Packer',
    () => {
      const failure = events.find(({ type }) => type === 'failure')?.failure;
      assert.match(failure.problem, /step-fail.*3|3.*step-fail/s);
      assert.match(failure.log.tail.join('\n'), /out of cheese/);
      assert.doesNotMatch(failure.problem, /ami-0123456789abcdef0/);
    },
  );

  await context.test('the HCL that Packer was given is what a dry-run renders, byte for byte', async () => {
    const { runId } = events.find(({ type }) => type === 'run.started');
    await bake(['render', '--role', 'web', '--out', 'rendered'], { cwd: fleet, environment: { NASTY } });
    const used = join(fleet, '.bake', 'runs', runId, 'web', 'workspace');
    assert.deepEqual(await folder(used), await folder(join(fleet, 'rendered', 'web')));
  });

  await context.test('the web image serves its page and watches with what it was told to', async () => {
    await using machine = await boot(imageId(images, 'web'), 'eu-central-1');
    assert.equal(await machine.bash('systemctl is-active nginx'), 'active');
    assert.match(await machine.bash('curl -fsS http://127.0.0.1/'), /<html|<!doctype/i);
    assert.equal(
      (await machine.bash('cat /etc/motd')).trimEnd(),
      (await readFile(join(fleet, 'files/motd'), 'utf8')).trimEnd(),
    );
    assert.match(await machine.bash('cat /etc/ssh/authorized_keys.d/admin'), /^ssh-/);
    assert.match(await machine.bash('/var/ossec/bin/ossec-control status'), /running/);
    assert.equal(
      await machine.bash('ls -d /var/tmp/bake /usr/sbin/policy-rc.d /root/.bash_history 2>/dev/null || true'),
      '',
    );
    assert.match(await machine.bash('cat /etc/machine-id'), /^[0-9a-f]{32}$/);
  });

  await context.test('values arrive as they were written', async () => {
    await using machine = await boot(imageId(images, 'nasty'), 'eu-central-1');
    const hex = Buffer.from(NASTY).toString('hex');
    assert.equal(await machine.bash('od -An -v -tx1 /etc/nasty-file | tr -d " \\n"'), hex);
    assert.equal(await machine.bash('od -An -v -tx1 /etc/nasty-environment | tr -d " \\n"'), hex);
    const { createHash } = await import('node:crypto');
    assert.match(
      await machine.bash('cat /etc/token-digest'),
      new RegExp(createHash('sha256').update(CANARY).digest('hex')),
    );
    assert.equal(
      await machine.bash(
        `grep -rlF '${CANARY}' /etc /home /opt /root /srv /tmp /usr/local /var 2>/dev/null || true`,
      ),
      '',
    );
    assert.equal(await machine.bash('ls /tmp/pwned 2>/dev/null || true'), '');
  });

  await context.test('the secret is in no event, log or rendered file', async () => {
    assert.doesNotMatch(stdout, /canary-3f1c9a/);
    for (const [path, content] of await folder(join(fleet, '.bake'))) {
      assert.ok(!content.includes('canary-3f1c9a'), path);
    }
  });

  await context.test('each role was booted and looked at, and the stand-in leaves it unproven', () => {
    const reports = events.filter(({ type }) => type === 'verify.finished').map(({ report }) => report);
    assert.deepEqual(reports.map(({ role, verdict }) => [role, verdict]).sort(), [
      ['nasty', 'unproven'],
      ['web', 'unproven'],
    ]);
    for (const { hygiene, alarms } of reports) {
      assert.ok(hygiene.length > 15);
      assert.deepEqual(alarms, []);
    }
  });

  await context.test('run again, everything is up to date and Packer does not start', async () => {
    const again = await run('--role', 'web', 'nasty');
    assert.deepEqual(
      again.images.map(({ kind }) => kind),
      ['up-to-date', 'up-to-date', 'up-to-date'],
    );
    assert.deepEqual(
      again.images.map(({ imageId: id }) => id),
      images.slice(0, 3).map(({ imageId: id }) => id),
    );
    assert.equal(again.events.filter(({ type }) => type === 'image.started').length, 0);
  });
});

async function folder(path: string): Promise<Array<[path: string, content: string]>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    files.map(
      async (file): Promise<[string, string]> => [file.slice(path.length), await readFile(file, 'latin1')],
    ),
  );
}
