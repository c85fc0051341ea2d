/**
 * `npm run test:ossec`: a deployment into a running instance, with real OSSEC, notifier and hooks. What a window covers
 * is in tables in test/ossec/notifier; here is whether the parts work together, with what their units forbid.
 */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { type Caller, makeRole, postsOf } from '../support/aws-by-hand.ts';
import { frozenFleet } from '../support/frozen-fleet.ts';
import { bakeJson, boot, clientSettings } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const REGION = 'eu-central-1';
const PROFILE = `maintenance-${process.pid}`;
const PARAMETER = '/example/ossec/slack';
const ALERTS = '/var/ossec/logs/alerts/alerts.json';
const BAKED = z.object({ images: z.array(z.object({ image: z.string(), imageId: z.string() })) });

/** Deploys what the role declares, into a folder that is closed to others, and something else. */
const DEPLOY = `install -d -o www-data -g www-data -m 0700 /var/www/app
echo 1 >/var/www/html/index.html; echo 1 >/var/www/app/page
setsid python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", 8080)); time.sleep(600)' >/dev/null 2>&1 &
echo $! >/run/listener
echo evil >/etc/cron.d/evil
sleep 15
exit 7`;

/** The daily upgrade brings a package, and somebody else a program beside it. */
const UPGRADE = `mkdir -p /root/p/DEBIAN /root/p/usr/bin
printf 'Package: bake-example\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' >/root/p/DEBIAN/control
echo 'echo example' >/root/p/usr/bin/bake-example; chmod 755 /root/p/usr/bin/bake-example
(cd /root/p && md5sum usr/bin/bake-example >DEBIAN/md5sums)
dpkg-deb --build /root/p /root/example.deb >/dev/null
mkdir -p /run/systemd/system/apt-daily-upgrade.service.d
cat >/run/systemd/system/apt-daily-upgrade.service.d/test.conf <<UNIT
[Unit]
ConditionACPower=
[Service]
ExecStartPre=
ExecStart=
ExecStart=/usr/bin/apt-get --yes install /root/example.deb
ExecStart=/bin/bash -c 'echo evil >/usr/bin/bake-evil; sleep 8'
UNIT
systemctl daemon-reload
systemctl start apt-daily-upgrade.service`;

let fleet: string;
let caller: Caller;
let machine: Awaited<ReturnType<typeof boot>>;

function declare(text: string): string {
  return text.replace(
    '    internet_facing: true # single failed logins are no news then\n    ossec:\n',
    `    internet_facing: true\n    opens: [8080]\n    auto_update: true\n    ossec:\n      syscheck: { folders: [/var/www] }\n`,
  );
}

async function storeHook(): Promise<void> {
  const { config, settings } = await clientSettings(REGION);
  caller = { endpoint: settings.endpoint, credentials: config };
  await makeRole(caller, PROFILE);
  const Value = 'https://hooks.rehearsal.internal/secret/slack';
  await new SSMClient(settings).send(
    new PutParameterCommand({ Name: PARAMETER, Value, Type: 'SecureString', Overwrite: true }),
  );
}

async function eventually(look: () => Promise<boolean>, seconds: number, what: string): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}\n${await state()}`);
    await sleep(500);
  }
}

async function state(): Promise<string> {
  const log = await machine.bash(`journalctl --no-pager -u bake-notifier -u 'bake-witness*' | tail -n 20`);
  return [log, ...(await posts())].join('\n');
}

async function posts(): Promise<string[]> {
  return (await postsOf(caller, machine.instanceId)).map(({ body }) => body);
}

async function isPosted(...words: string[]): Promise<boolean> {
  return (await posts()).some((body) => words.every((word) => body.includes(word)));
}

async function isAlerted(rule: number, text: string): Promise<boolean> {
  const found = await machine.bash(`grep -c '"sidid":${rule}[,}].*${text}' ${ALERTS} || true`);
  return Number(found) > 0;
}

describe('a maintenance window on an instance', { skip: whyNotReal('debian-12', 5) }, () => {
  before(async () => {
    fleet = await frozenFleet('maintained', declare);
    await storeHook();
    const arguments_ = ['--role', 'web', '--rehearse', '--yes', '--no-verify'];
    const { value, stderr, exitCode } = await bakeJson(arguments_, { cwd: fleet });
    assert.equal(exitCode, 0, stderr);
    const web = BAKED.parse(value).images.find(({ image }) => image === 'web');
    machine = await boot(web?.imageId ?? '', REGION, PROFILE);
    const ended = async () =>
      Number(await machine.bash("grep -c 'Ending .*check scan' /var/ossec/logs/ossec.log || true")) >= 2;
    await eventually(ended, 180, 'the first scans');
    await sleep(3000);
  });
  after(async () => {
    await machine?.[Symbol.asyncDispose]();
    if (fleet !== undefined) await rm(fleet, { recursive: true, force: true });
  });

  test('holds back what is declared, tells all else, its begin and its end, and passes the exit code', async () => {
    const begun = await machine.bash(
      `cat >/root/deploy.sh <<'DEPLOY'\n${DEPLOY}\nDEPLOY\nbake-maintenance run --for 5m --reason 'deploy 42' -- bash /root/deploy.sh >/root/said 2>&1; echo $?`,
    );
    assert.equal(begun, '7');
    await eventually(
      () => isPosted('Maintenance begins', 'deploy 42', '/var/www, tcp/8080'),
      20,
      'the begin',
    );
    await eventually(() => isAlerted(550, '/var/www/html/index.html'), 60, 'the alert on the page');
    await eventually(() => isAlerted(554, '/var/www/app/page'), 60, 'the alert on the new page');
    await eventually(() => isAlerted(990_002, '8080'), 20, 'the alert on the port');
    await eventually(() => isPosted('/etc/cron.d/evil'), 60, 'the cron entry');
    await eventually(() => isPosted('Maintenance has ended', 'It was ended.'), 20, 'the end');
    await sleep(3000);
    assert.equal(await isPosted('/var/www/html'), false, await state());
    assert.equal(await isPosted('/var/www/app'), false, await state());
  });

  test('a port that stays open after it rings, with what it was declared for', async () => {
    await eventually(() => isPosted('990002', 'tcp/0.0.0.0:8080(python3)'), 60, 'the port');
    await machine.bash('kill "$(cat /run/listener)"');
  });

  test('what is changed after it rings, also in a declared folder', async () => {
    await machine.bash('echo 2 >/var/www/html/index.html');
    await eventually(() => isPosted('/var/www/html/index.html'), 30, 'the second change');
  });

  test('a daily upgrade holds back what packages brought, and nothing beside it', async () => {
    await machine.bash(UPGRADE);
    const what = 'files that are what their package brought';
    await eventually(() => isPosted('Maintenance begins', what), 20, 'the begin');
    await eventually(() => isAlerted(554, '/usr/bin/bake-example'), 60, 'the alert on the package');
    await eventually(() => isPosted('/usr/bin/bake-evil'), 60, 'the program of nobody');
    await eventually(() => isPosted('Maintenance has ended', 'daily upgrade'), 20, 'the end');
    await sleep(3000);
    assert.equal(await isPosted('/usr/bin/bake-example'), false, await state());
    await machine.bash('apt-get --yes purge bake-example');
    await eventually(() => isPosted('553', '/usr/bin/bake-example'), 60, 'what is done by hand');
  });

  test('ends by itself, and who looks for it is confined', async () => {
    await machine.bash(`bake-maintenance begin --for 5s --reason 'too short'`);
    await eventually(
      () => isPosted('Maintenance has ended', 'Its time was over.', 'too short'),
      30,
      'the end',
    );
    assert.match(await machine.bash('bake-maintenance status'), /no window is open/);
    assert.match(
      await machine.bash('systemd-analyze security --no-pager bake-witness.service | tail -n 1'),
      / [01]\.[0-9] OK/,
    );
  });
});
