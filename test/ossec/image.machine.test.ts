/**
 * `npm run test:ossec`: the example fleet with OSSEC's real source, frozen, baked and booted as a user does it. What one
 * daemon does is tested in boot.machine.test.ts; here is what an instance of an Auto Scaling group would do.
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
const PROFILE = `image-${process.pid}`;
/** Other tests use the example's own. */
const PARAMETER = '/real/ossec/slack';
const SECRET = 'SeCrEtOfTheHook';

const BAKED = z.object({
  images: z.array(z.object({ image: z.string(), imageId: z.string(), state: z.string() })),
});
const ALERT = z.object({ rule: z.object({ sidid: z.number(), comment: z.string() }), full_log: z.string() });

let fleet: string;
let caller: Caller;
let machine: Awaited<ReturnType<typeof boot>>;

async function storeHook(): Promise<void> {
  const { config, settings } = await clientSettings(REGION);
  caller = { endpoint: settings.endpoint, credentials: config };
  await makeRole(caller, PROFILE);
  await new SSMClient(settings).send(
    new PutParameterCommand({
      Name: PARAMETER,
      Value: `https://hooks.rehearsal.internal/${SECRET}/slack`,
      Type: 'SecureString',
      Overwrite: true,
    }),
  );
}

/** Every alert of the instance, but those that say that OSSEC has started and is heard. */
async function alerts(): Promise<string[]> {
  const lines = (await machine.bash('cat /var/ossec/logs/alerts/alerts.json')).trim().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => ALERT.parse(JSON.parse(line)))
    .filter(({ rule }) => ![502, 990_010].includes(rule.sidid))
    .map(({ rule, full_log }) => `${rule.sidid} ${full_log}`);
}

async function eventually<T>(look: () => Promise<T | undefined>, seconds: number, what: string): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(performance.now() < deadline, `not within ${seconds} s: ${what}`);
    await sleep(500);
  }
}

function rings(rule: number, text: string, seconds: number): Promise<string> {
  const look = async () => (await alerts()).find((one) => one.startsWith(`${rule} `) && one.includes(text));
  return eventually(look, seconds, `an alert of rule ${rule} with ${text}`);
}

describe('an image with real OSSEC', { skip: whyNotReal('debian-12', 6) }, () => {
  before(async () => {
    fleet = await frozenFleet('real', (text) => text.replace('/example/ossec/slack', PARAMETER));
    await storeHook();
    const { value, stderr, exitCode } = await bakeJson(['--role', 'web', '--rehearse', '--yes'], {
      cwd: fleet,
    });
    assert.equal(exitCode, 0, stderr);
    const web = BAKED.parse(value).images.find(({ image }) => image === 'web');
    assert.equal(web?.state, 'golden');
    machine = await boot(web.imageId, REGION, PROFILE);
  });
  after(async () => {
    await machine?.[Symbol.asyncDispose]();
    await rm(fleet, { recursive: true, force: true });
  });

  test('watches itself from boot, and carries no compiler', async () => {
    const units = ['analysisd', 'execd', 'logcollector', 'monitord', 'syscheckd'].map(
      (name) => `ossec@${name}`,
    );
    assert.equal(
      await machine.bash(`systemctl is-active ossec.target bake-notifier ${units.join(' ')}`),
      Array(7).fill('active').join('\n'),
    );
    assert.equal(await machine.bash('command -v gcc cc make || true'), '');
    assert.equal(await machine.bash("sed -n 's/^TYPE=//p' /etc/ossec-init.conf"), '"local"');
  });

  test('is silent until its first scans have ended', async () => {
    await eventually(
      async () => {
        const ended = await machine.bash("grep -c 'Ending .*check scan' /var/ossec/logs/ossec.log || true");
        return Number(ended) >= 2 ? true : undefined;
      },
      180,
      'the first scans',
    );
    await sleep(3000);
    assert.deepEqual(await alerts(), []);
  });

  test('a change of a file is posted to Slack, whose URL is nowhere on the disk', async () => {
    await machine.bash("echo '# changed' >>/etc/passwd");
    await rings(550, '/etc/passwd', 10);
    const post = await eventually(
      async () =>
        (await postsOf(caller, machine.instanceId)).find(({ body }) => body.includes('/etc/passwd')),
      30,
      'a post',
    );
    assert.equal(post.hook, `${SECRET}/slack`);
    assert.match(JSON.stringify(JSON.parse(post.body)), /Integrity checksum changed/);
    assert.equal(await machine.bash(`grep -rlI ${SECRET} /etc /var /usr/local /root /home || true`), '');
  });

  test('new files in watched folders ring, and those of the first boot do when they change', async () => {
    await machine.bash('echo evil >/etc/cron.d/evil; echo x >>/etc/ssh/ssh_host_ed25519_key.pub');
    await rings(554, '/etc/cron.d/evil', 15);
    await rings(550, '/etc/ssh/ssh_host_ed25519_key.pub', 15);
  });

  test('a port that the role does not declare rings, and its own does not', async () => {
    await machine.bash(
      'setsid nc -lk -p 31337 >/dev/null 2>&1 & setsid python3 -m http.server 31338 >/dev/null 2>&1 &',
    );
    assert.match(await rings(990_002, '31338', 15), /undeclared=/);
    assert.doesNotMatch((await alerts()).join('\n'), /0\.0\.0\.0:80\b/);
  });

  test('eight failed logins from one address are one alert of brute force', async () => {
    await machine.bash(`for attempt in 1 2 3 4 5 6 7 8 9; do
      logger -p auth.info -t sshd "Failed password for root from 203.0.113.7 port 40$attempt ssh2"; sleep 0.2; done`);
    await rings(5720, '203.0.113.7', 15);
  });
});
