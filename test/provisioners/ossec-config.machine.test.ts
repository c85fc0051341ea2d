/** The step that configures OSSEC, on the stand-in: what it places, and what it sees in the files alone. */

import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { ossecConfigStep } from '../support/ossec.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { ossecFrom } from '../support/tarball.ts';
import { runTwice } from '../support/twice.ts';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const URL = 'https://hooks.example.com/services/T0/B0/s3cr3t';
const EMAIL = { to: ['a@example.com'], from: 'o@example.com', smtpServer: '127.0.0.1', level: 9 };
const NOTIFY = { fleet: 'shop', image: 'web', hooks: {}, routes: {}, per_minute: 30, probe_seconds: 600 };

async function withStandIn(): Promise<Container> {
  const container = await Container.start({ distribution: 'debian-12' });
  await runStep(container, await ossecFrom(container, (folder) => cp(STAND_IN, folder, { recursive: true })));
  return container;
}

/** The step with one of its files changed. */
function changed(name: string, change: (content: string) => string, step = ossecConfigStep()): StepInput {
  return { ...step, files: { ...step.files, [name]: change(String(step.files?.[name])) } };
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('OSSEC, configured', { skip: whyNoContainer('debian-12') }, () => {
  let container: Container;
  before(async () => {
    container = await withStandIn();
  });
  after(async () => {
    await container?.[Symbol.asyncDispose]();
  });

  test('has its files where its daemons read them, and nobody else does', async () => {
    const files = { localRules: { path: 'rules.xml', text: '<group name="local,"></group>\n' } };
    await runTwice(container, ossecConfigStep(files));
    assert.equal(await container.bash(`stat -c '%a %U:%G %n' ${PLACES}`), PLACED);
    assert.equal(await container.bash('find /usr/local/lib/bake /etc/systemd/system -perm /022 -type f'), '');
  });

  test('gets its own ossec-control wrapped again after an upgrade, and its init script off', async () => {
    await container.bash(`cp /var/ossec/bin/ossec-control.original /var/ossec/bin/ossec-control
      rm /etc/systemd/system/ossec.service; update-rc.d ossec defaults`);
    const { stdout } = await runStep(container, ossecConfigStep());
    assert.match(
      stdout,
      /ossec-control: changed\nthe init script of OSSEC: starts at no run level\nossec\.service: masked\n/,
    );
  });

  test('starts the mail daemon where there is e-mail, and only there', async () => {
    const where = '/etc/systemd/system/ossec.target.d/maild.conf';
    assert.equal(
      (await runStep(container, ossecConfigStep({ email: EMAIL }))).stdout.split('\n')[1],
      `${where}: created`,
    );
    assert.match(
      (await runStep(container, ossecConfigStep())).stdout,
      /maild\.conf: removed, this image sends no e-mail/,
    );
  });

  test('has the URLs that are baked in, for root alone, and no others', async () => {
    const baked = {
      ...ossecConfigStep(),
      variables: { BAKE_SECRET_HOOK_1: encoded(URL), BAKE_SECRET_HOOK_2: encoded(URL) },
    };
    const first = await runStep(container, baked);
    assert.equal(
      await container.bash(
        `cat /etc/bake/ossec/hooks/hook-1.url; stat -c '%a %U:%G %n' /etc/bake/ossec/hooks/*`,
      ),
      `${URL}600 root:root /etc/bake/ossec/hooks/hook-1.url\n600 root:root /etc/bake/ossec/hooks/hook-2.url\n`,
    );
    const second = await runStep(container, { ...baked, variables: { BAKE_SECRET_HOOK_1: encoded(URL) } });
    assert.equal(second.stdout, '/etc/bake/ossec/hooks/hook-2.url: removed, this image has no such hook\n');
    assert.doesNotMatch(first.stdout + first.stderr + second.stdout, /s3cr3t/);
    assert.equal(await container.bash(`ls /run/tmp.* 2>/dev/null || true`), '');
  });

  for (const [name, value] of [
    ['two lines', `${URL}\nhttps://other.example.com/s3cr3t`],
    ['no URL', 's3cr3t'],
    ['nothing', ''],
  ] as const) {
    test(`refuses ${name} as a URL, without a word of it`, async () => {
      const { exitCode, stdout, stderr } = await runStep(container, {
        ...ossecConfigStep(),
        variables: { BAKE_SECRET_HOOK_1: encoded(value) },
      });
      assert.deepEqual([exitCode, stderr], [1, 'hook-1: what is to be baked in is not one https URL\n']);
      assert.doesNotMatch(stdout, /s3cr3t/);
    });
  }

  const insert = (xml: string) => (conf: string) => conf.replace('</ossec_config>', `${xml}</ossec_config>`);
  const say = (content: object) => () => JSON.stringify({ ...NOTIFY, ...content });
  const wrong: ReadonlyArray<
    readonly [name: string, file: string, change: (text: string) => string, said: RegExp]
  > = [
    ['XML that is none', 'ossec.conf', insert('<broken'), /ossec\.conf is not well formed/],
    [
      'a block that switches every response off',
      'ossec.conf',
      insert('<active-response><disabled>yes</disabled></active-response>'),
      /<disabled>yes switches every active response off/,
    ],
    [
      'alerts that the notifier cannot read',
      'ossec.conf',
      (conf) => conf.replace('<jsonout_output>yes', '<jsonout_output>no'),
      /<jsonout_output> is not yes/,
    ],
    [
      'files that are muted by themselves',
      'ossec.conf',
      (conf) => conf.replace(/<auto_ignore>.*<\/auto_ignore>/, ''),
      /<auto_ignore> is not no/,
    ],
    [
      'integrity checks that are off',
      'ossec.conf',
      insert('<syscheck><disabled>yes</disabled></syscheck>'),
      /switches integrity checks off/,
    ],
    [
      'nothing that is watched',
      'ossec.conf',
      (conf) => conf.replace(/<directories .*/g, ''),
      /no folder is watched/,
    ],
    [
      'a response without its program',
      'ossec.conf',
      insert('<command><name>x</name><executable>missing.sh</executable><expect></expect></command>'),
      /no program missing\.sh in \/var\/ossec\/active-response\/bin/,
    ],
    [
      'a command without its program',
      'ossec.conf',
      (conf) => conf.replace('/bake-ports', '/gone'),
      /no program for the command '\/usr\/local\/lib\/bake\/gone'/,
    ],
    [
      'a list of rootkits that is missing',
      'ossec.conf',
      (conf) => conf.replace('/rootkit_files.txt', '/gone.txt'),
      /<rootkit_files> names \/var\/ossec\/etc\/shared\/gone\.txt, which is missing/,
    ],
    [
      'e-mail that nothing sends',
      'ossec.conf',
      (conf) => conf.replace('<email_notification>no', '<email_notification>yes'),
      /<email_notification> and whether ossec-maild is started contradict each other/,
    ],
    [
      'a route to nowhere',
      'notify.json',
      say({ routes: { 550: { hook: 'hook-9' } } }),
      /rule 550 goes to hook-9, which is no hook/,
    ],
    [
      'a URL that is not there',
      'notify.json',
      say({ hooks: { 'hook-3': { url: { file: '/etc/bake/ossec/hooks/hook-3.url' }, format: 'slack' } } }),
      /the URL of hook-3 should be in .*, which is missing or empty/,
    ],
  ];
  for (const [name, file, change, said] of wrong) {
    test(`refuses ${name}`, async () => {
      const step = changed(file, change);
      assert.notDeepEqual(step, ossecConfigStep());
      const outcome = await runStep(container, step);
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, said);
      assert.equal(outcome.stderr.trimEnd().split('\n').length, 1, outcome.stderr);
    });
  }

  test('is refused where OSSEC is not installed', async () => {
    await using bare = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(bare, ossecConfigStep());
    assert.deepEqual(
      [outcome.exitCode, outcome.stderr],
      [1, 'OSSEC is not installed in /var/ossec, so it cannot be configured\n'],
    );
  });
});

const PLACES = `/var/ossec/etc/ossec.conf /var/ossec/etc/local_internal_options.conf /var/ossec/rules/local_rules.xml \\
  /var/ossec/rules/bake_rules.xml /var/ossec/bin/ossec-control /var/ossec/bin/ossec-control.original \\
  /etc/bake/ossec/notify.json /etc/bake/ossec/ports.allow \\
  /etc/bake/ossec/maintenance.json /usr/local/sbin/bake-maintenance /etc/bake/ossec/hooks \\
  /etc/systemd/system/ossec.target /usr/local/lib/bake/ossec-daemon`;
const PLACED = `640 root:ossec /var/ossec/etc/ossec.conf
640 root:ossec /var/ossec/etc/local_internal_options.conf
640 root:ossec /var/ossec/rules/local_rules.xml
640 root:ossec /var/ossec/rules/bake_rules.xml
550 root:root /var/ossec/bin/ossec-control
550 root:root /var/ossec/bin/ossec-control.original
644 root:root /etc/bake/ossec/notify.json
644 root:root /etc/bake/ossec/ports.allow
644 root:root /etc/bake/ossec/maintenance.json
755 root:root /usr/local/sbin/bake-maintenance
700 root:root /etc/bake/ossec/hooks
644 root:root /etc/systemd/system/ossec.target
755 root:root /usr/local/lib/bake/ossec-daemon
`;
