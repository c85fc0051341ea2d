/**
 * The notifier on a real machine: under systemd with all that its unit forbids, asking the rehearsal's SSM and
 * Secrets Manager by the instance's role. OSSEC itself is not there: alerts are written by hand.
 */

import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { down } from '../../rehearsal/src/index.ts';
import type { RecordedPost } from '../../rehearsal/src/server/hook-sink.ts';
import { makeRole, postsOf, signed } from '../support/aws-by-hand.ts';
import { STATE } from '../support/rehearsal.ts';
import { eventually, type Instance, newStateFolder, openWorkbench, type Workbench } from './workbench.ts';

const ROOTFS = join(import.meta.dirname, '..', '..', 'provisioners', 'ossec-config', 'rootfs');
const OURS = ['usr/local/lib/bake', 'etc/systemd/system/bake-notifier.service'];

/** Part of every hook's URL here; nothing but the hook may see it. */
const SECRET = 'SeCrEtOfAHook';
const url = (hook: string) => `https://hooks.rehearsal.internal/${SECRET}/${hook}`;

/** Rehearsals are shared, and names in them. */
const UNIQUE = `notifier-${process.pid}-${Date.now()}`;
const PARAMETER = `/${UNIQUE}/slack`;
const SECRET_NAME = `${UNIQUE}/hook`;

const NOTIFY = {
  fleet: 'shop',
  image: 'web',
  hooks: {
    'hook-1': { url: { ssm_parameter: PARAMETER }, format: 'slack' },
    'hook-2': { url: { secrets_manager: SECRET_NAME }, format: 'json' },
    'hook-3': { url: { file: '/etc/bake/ossec/hooks/hook-3.url' }, format: 'json' },
  },
  routes: { 5720: { hook: 'hook-1' }, 510: { hook: 'hook-2', level: 12 }, 550: { hook: 'hook-3' } },
  per_minute: 30,
  heartbeat_seconds: null,
  probe_seconds: 600,
};

/** What the steps of a bake leave on an instance, as far as the notifier sees it. */
const PREPARE = `set -eu
groupadd --system ossec
install -d -m 0550 -g ossec /var/ossec
install -d -m 0750 -g ossec /var/ossec/logs /var/ossec/logs/alerts /var/ossec/logs/alerts/2026 /var/ossec/logs/alerts/2026/Nov
install -m 0640 -g ossec /dev/null /var/ossec/logs/alerts/2026/Nov/ossec-alerts-24.json
ln /var/ossec/logs/alerts/2026/Nov/ossec-alerts-24.json /var/ossec/logs/alerts/alerts.json
install -m 0600 /dev/null /etc/ossec-init.conf
echo 'VERSION="v4.1.0"' >/etc/ossec-init.conf
install -d -m 0700 /etc/bake/ossec/hooks
install -m 0600 /dev/null /etc/bake/ossec/hooks/hook-3.url
echo '${url('baked')}' >/etc/bake/ossec/hooks/hook-3.url
cat >/etc/bake/ossec/notify.json <<'END'
${JSON.stringify(NOTIFY)}
END
`;

let bench: Workbench;
let instance: Instance;
const ownFolder = STATE === undefined ? await newStateFolder() : undefined;

before(async () => {
  bench = await openWorkbench(ownFolder ?? STATE ?? '', ['debian-12']);
  await makeRole(caller(), UNIQUE);
  instance = await bench.launch(bench.source('debian-12'), UNIQUE);
  await copyIn(instance);
  await bench.root(instance, PREPARE);
});
after(async () => {
  await bench.terminate(instance);
  if (ownFolder === undefined) return;
  await down({ stateFolder: ownFolder, report: () => {} });
  await rm(dirname(ownFolder), { recursive: true, force: true });
});

async function copyIn({ id }: Instance): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-notifier-'));
  try {
    for (const path of OURS) await cp(join(ROOTFS, path), join(folder, path), { recursive: true });
    await bench.docker(['cp', `${folder}/.`, `${bench.config.name}-${id}:/`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const caller = () => ({ endpoint: bench.endpoint, credentials: bench.config });

function posts(): Promise<readonly RecordedPost[]> {
  return postsOf(caller(), instance.id);
}

/** As analysisd writes it. */
async function alert(rule: number, log: string): Promise<void> {
  const line = JSON.stringify({
    rule: { level: 10, comment: `Rule ${rule} of the test`, sidid: rule },
    TimeStamp: 1_793_518_262_000,
    full_log: log,
    logfile: '/var/log/auth.log',
  });
  await bench.root(instance, `cat >>/var/ossec/logs/alerts/alerts.json <<'END'\n${line}\nEND`);
}

describe('the notifier', () => {
  test('runs with no right but to read the alerts', async () => {
    await bench.root(instance, 'systemctl daemon-reload && systemctl enable --now --quiet bake-notifier');
    const properties = '--property=ActiveState,NRestarts,MainPID';
    const state = await bench.root(instance, `systemctl show ${properties} bake-notifier`);
    assert.match(state, /ActiveState=active/);
    assert.match(state, /NRestarts=0/);
    const process = await bench.root(instance, 'cat /proc/$(systemctl show -P MainPID bake-notifier)/status');
    assert.match(process, /^CapEff:\t0+$/m);
    assert.match(process, /^CapBnd:\t0+$/m);
    assert.match(process, /^NoNewPrivs:\t1$/m);
    assert.match(process, /^Seccomp:\t2$/m);
    assert.doesNotMatch(process, /^Uid:.*\t0\t/m);
  });

  test('keeps alerts on disk while nobody says where to', async () => {
    await alert(5720, 'before the parameter is there');
    await eventually(async () => {
      const waiting = await bench.root(instance, 'ls /var/lib/bake-notifier/spool/hook-1');
      assert.match(waiting, /\.json/);
    });
    const said = await bench.root(instance, 'journalctl --unit=bake-notifier --output=cat');
    assert.match(said, /hook-1: ssm refuses \/notifier-[\d-]+\/slack: ParameterNotFound/);
    assert.deepEqual(await posts(), []);
  });

  test('posts to hooks whose URLs the instance fetched by its role, or has from its image', async () => {
    const { region } = bench;
    await new SSMClient({ endpoint: bench.endpoint, region, credentials: bench.config }).send(
      new PutParameterCommand({ Name: PARAMETER, Value: url('slack'), Type: 'SecureString' }),
    );
    const secret = {
      Name: SECRET_NAME,
      SecretString: url('secret'),
      ClientRequestToken: crypto.randomUUID(),
    };
    await signed(caller(), {
      ...{ service: 'secretsmanager', method: 'POST', body: JSON.stringify(secret) },
      ...{ type: 'application/x-amz-json-1.1', target: 'secretsmanager.CreateSecret' },
    });
    await alert(510, 'Rootkit found');
    await alert(550, 'Integrity checksum changed');
    await eventually(async () => assert.equal((await posts()).length, 3));
    const byHook = new Map((await posts()).map(({ hook, body }) => [hook, JSON.parse(body)]));
    assert.deepEqual(
      [...byHook.keys()].toSorted(),
      ['baked', 'secret', 'slack'].map((hook) => `${SECRET}/${hook}`),
    );
    assert.match(byHook.get(`${SECRET}/slack`).text, /^\*Level 10: Rule 5720 of the test \(rule 5720\)\*/);
    assert.match(byHook.get(`${SECRET}/slack`).text, new RegExp(`${instance.id} · ip-`));
    const rootkit = byHook.get(`${SECRET}/secret`);
    assert.deepEqual([rootkit.level, rootkit.rule.level, rootkit.log], [12, 10, 'Rootkit found']);
    assert.deepEqual([rootkit.instance, rootkit.ami], [instance.id, bench.source('debian-12')]);
  });

  test('shows the URLs to nobody', async () => {
    // In two parts, so that the command doesn't find itself.
    const seen = await bench.root(
      instance,
      `secret=${SECRET.slice(0, 4)}; secret+=${SECRET.slice(4)}; ` +
        'grep --recursive --files-with-matches $secret /var/lib/private /run /etc /var/ossec 2>/dev/null; ' +
        'journalctl | grep $secret; grep --text $secret /proc/[0-9]*/{cmdline,environ}; true',
    );
    // The image's own copy, and what systemd shows the service of it while it runs.
    assert.deepEqual(seen.split('\n').toSorted(), [
      '/etc/bake/ossec/hooks/hook-3.url',
      '/run/credentials/bake-notifier.service/hooks_hook-3.url',
    ]);
  });

  test('alone sees the names that lead to the rehearsal', async () => {
    const outside = await bench.root(
      instance,
      'getent hosts hooks.rehearsal.internal; grep -c rehearsal /etc/hosts; ' +
        'openssl verify /run/rehearsal/authority.crt 2>&1 | tail -1; true',
    );
    assert.match(outside, /^0\n.*verification failed$/);
  });

  test('says how it does', async () => {
    // The file is some seconds old at times.
    await eventually(async () => {
      const said = await bench.root(instance, '/usr/local/lib/bake/bake-notifier status; echo "exit $?"');
      // OSSEC itself is missing here.
      assert.match(
        said,
        /^not all is well:\n {2}not running: analysisd, execd, logcollector, monitord, syscheckd\n/,
      );
      assert.match(said, /hook-1 \(slack\): 1 sent since the start, 0 waiting, 0 lost; URL known/);
      assert.match(said, /exit 1$/);
    });
    await bench.root(instance, 'systemctl kill --signal=SIGUSR1 bake-notifier');
    await eventually(async () => {
      const heartbeats = (await posts()).filter(({ body }) => /OSSEC v4\.1\.0 hears/.test(body));
      assert.equal(heartbeats.length, 3);
    });
  });

  test('goes on after a reboot where it was', async () => {
    const before = (await posts()).length;
    await bench.stop(instance);
    instance = await bench.start(instance);
    await alert(550, 'after the reboot');
    await eventually(async () => assert.equal((await posts()).length, before + 1));
    assert.equal(JSON.parse((await posts()).at(-1)?.body ?? '').log, 'after the reboot');
  });
});
