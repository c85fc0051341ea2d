/** A group of containers baked by bake: updated in place, compared, rolled back, as a user does it. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { launchGroup } from '../support/group.ts';
import { askAllTheTime, bakeWeb, makeBucket } from '../support/push.ts';
import { bake, bakeJson, rehearsalS3, STATE } from '../support/rehearsal.ts';

const REGION = 'eu-south-2';
const GROUP = 'push-web';
const BUCKET = 'push-bundles';
const SKIP = STATE === undefined && 'NOT RUN: needs a rehearsal, which `npm run test:machine` starts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-push-'));
  if (STATE === undefined) return;
  await makeBucket(BUCKET, REGION);
});
after(() => rm(folder, { recursive: true, force: true }));

async function writeFleet(listens: string, level = 3): Promise<void> {
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: push
region: ${REGION}
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { ssh: { user: admin, via: public_address, from: my_address } }
ossec: { bundles: "s3://${BUCKET}/pushed", details: "s3://${BUCKET}/details", alert_level: ${level} }
rollout: { minimum_healthy: 0, warmup: 0s }
roles:
  web: { packages: [nginx-light], services: [nginx], listens: [${listens}], groups: [${GROUP}] }
`,
  );
}

const run = (...args: string[]) => bakeJson([...args, '--rehearse'], { cwd: folder });

/** What a push has come to, by instance. */
async function push(...args: string[]) {
  const { exitCode, value, failures } = await run('ossec', 'push', '--role', 'web', '--yes', ...args);
  const outcomes: ReadonlyArray<{ instanceId: string; kind: string; reason: string }> = value?.outcomes ?? [];
  return { exitCode, value, failures, kinds: outcomes.map(({ kind }) => kind), outcomes };
}

async function differences(): Promise<string[]> {
  const { value } = await run('status', '--role', 'web', '--instances');
  return value.instances.map(({ change }: { change?: { kind: string } }) => change?.kind ?? 'unknown');
}

/** Writes what syscheck says of a file that was changed. */
const changed = (path: string) => `python3 -c 'import json, time
print(json.dumps({"rule": {"level": 7, "comment": "Integrity checksum changed.", "sidid": 550},
                  "SyscheckFile": {"path": "${path}"}, "full_log": "Integrity checksum changed for: ${path}",
                  "TimeStamp": int(time.time() * 1000)}))' >>/var/ossec/logs/alerts/alerts.json`;

const ALERTS = `import json, os, time
for n in range(3000):
    print(json.dumps({"rule": {"level": 3, "comment": "x", "sidid": 5720}, "full_log": os.urandom(40).hex(),
                      "TimeStamp": int(time.time() * 1000)}))`;

test('a group is updated in place, canary first, and what does not prove itself goes back', {
  skip: SKIP,
}, async () => {
  await writeFleet('80');
  const imageId = await bakeWeb(folder);
  await using group = await launchGroup({ region: REGION, name: GROUP, imageId, size: 3 });
  const [first = '', second = ''] = group.ids;
  const ports = (id: string) => group.bash(id, 'cat /etc/bake/ossec/ports.allow');

  assert.deepEqual(await differences(), ['none', 'none', 'none'], 'what was just baked is the same');
  const nothing = await push();
  assert.deepEqual(nothing.value.changes, []);

  await writeFleet('80, 8080');
  const shown = await bake(['ossec', 'push', '--role', 'web', '--dry-run', '--rehearse'], { cwd: folder });
  assert.match(shown.stdout, /ports\.allow\n\s+\+ tcp\/8080/);
  assert.doesNotMatch(await ports(first), /8080/);

  const client = await askAllTheTime((line) => group.bash(first, line));
  const updated = await push('--max-concurrency', '100%');
  assert.deepEqual(
    [updated.exitCode, updated.kinds],
    [0, ['updated', 'updated', 'updated']],
    JSON.stringify(updated),
  );
  const { asked, lost } = await client.end();
  assert.ok(asked > 100);
  assert.equal(lost, 0, 'requests to the service during the push');
  assert.match(await ports(first), /tcp\/8080/);
  assert.deepEqual(await differences(), ['none', 'none', 'none']);

  // Somebody has put something else where the next bundle is to lie: nothing of it is unpacked.
  await writeFleet('80, 8080', 4);
  const s3 = await rehearsalS3(REGION);
  const [{ sha256 }] = (await run('ossec', 'bundle', '--role', 'web')).value;
  const place = { Bucket: BUCKET, Key: `pushed/${sha256}.tar.gz` };
  await s3.send(new PutObjectCommand({ ...place, Body: 'evil' }));
  const tampered = await push('--canary', '0', '--max-concurrency', '100%');
  assert.deepEqual([tampered.exitCode, tampered.kinds], [1, ['refused', 'refused', 'refused']]);
  assert.match(tampered.outcomes[0]?.reason ?? '', /somebody has changed it where it lies/);
  await s3.send(new DeleteObjectCommand(place));

  // The new configuration is one with which a daemon does not start, on one instance only. 1 would be a success.
  await group.bash(
    second,
    `mkdir -p /etc/systemd/system/ossec@syscheckd.service.d
    printf '[Service]\\nExecStartPre=/bin/sh -c "if grep level.5 /var/ossec/etc/ossec.conf; then exit 2; fi"\\n' \
      >/etc/systemd/system/ossec@syscheckd.service.d/zz.conf
    systemctl daemon-reload`,
  );
  await writeFleet('80, 8080', 5);
  const failed = await push('--canary', '0', '--max-concurrency', '100%');
  assert.equal(failed.exitCode, 1);
  assert.deepEqual(failed.kinds.toSorted(), ['rolled-back', 'updated', 'updated']);
  const back = failed.outcomes.find(({ kind }) => kind === 'rolled-back');
  assert.equal(back?.instanceId, second);
  assert.match(await group.bash(second, 'cat /var/ossec/etc/ossec.conf'), /<log_alert_level>3</);
  assert.match(await group.bash(second, 'systemctl is-active ossec@syscheckd'), /^active/);

  // Run again, what is missing is done.
  await group.bash(
    second,
    'rm /etc/systemd/system/ossec@syscheckd.service.d/zz.conf && systemctl daemon-reload',
  );
  // Another one is at work there: it is waited for.
  await group.bash(second, 'flock /var/lib/bake/push/lock sleep 6 >/dev/null 2>&1 & sleep 1');
  const again = await push();
  assert.deepEqual([again.exitCode, again.kinds.toSorted()], [0, ['skipped', 'skipped', 'updated']]);

  // What most of them say after a push is told as the push's, and what one of them alone says is not.
  for (const id of group.ids) await group.bash(id, changed('/etc/nginx/conf.d/site.conf'));
  await group.bash(second, changed('/usr/bin/sudo'));
  const { value: seen, exitCode: isGrave } = await run('alerts', '--role', 'web', '--exit-code');
  const story = seen.stories.find(({ rule }: { rule: number }) => rule === 550);
  assert.deepEqual([story.storm.hosts.length, story.storm.count, story.storm.because.kind], [3, 3, 'push']);
  assert.ok(story.proposals.length > 0);
  assert.doesNotMatch(JSON.stringify(story), /sudo/);
  assert.deepEqual(
    seen.incidents.map(({ rule, hosts, subjects }: { rule: number; hosts: unknown; subjects: unknown }) => ({
      rule,
      hosts,
      subjects,
    })),
    [
      {
        rule: 550,
        hosts: [{ host: second, count: 1 }],
        subjects: [{ kind: 'file', value: '/usr/bin/sudo', count: 1 }],
      },
    ],
  );
  assert.equal(isGrave, 10);

  // Of more alerts than SSM has room for, the others come through S3, and nothing of them stays there.
  await group.bash(first, `python3 -c '${ALERTS}' >>/var/ossec/logs/alerts/alerts.json`);
  const { value: alerts } = await run('alerts', '--role', 'web', '--rule', '5720');
  assert.deepEqual(
    alerts.details.map(({ host, lines }: { host: string; lines: string[] }) => [host, lines.length]),
    [[first, 3000]],
  );
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'details' }));
  assert.equal(KeyCount, 0);

  // The next bake contains what was pushed: instances of its image have nothing to be pushed to them.
  const next = await bakeWeb(folder);
  assert.notEqual(next, imageId);
  const rolled = await run('rollout', '--role', 'web', '--allow-candidate', '--yes');
  assert.equal(rolled.exitCode, 0, JSON.stringify(rolled.failures));
  const { value: status } = await run('status', '--role', 'web', '--instances');
  assert.deepEqual(
    status.instances.map(({ imageId: image, change }: { imageId: string; change: { kind: string } }) => [
      image,
      change.kind,
    ]),
    [next, next, next].map((image) => [image, 'none']),
  );
  assert.ok(status.instances.every(({ id }: { id: string }) => !group.ids.includes(id)));
});

/** An agent from elsewhere, in a folder of its own, that a unit runs. */
const AGENT = `set -e
groupadd --system ossec
for user in ossec ossecm ossecr; do useradd --system --gid ossec --no-create-home "$user"; done
install -d -o ossec -g ossec /opt/ossec/bin /opt/ossec/etc
cp /bin/sleep /opt/ossec/bin/ossec-agentd
echo secret >/opt/ossec/etc/client.keys
chown ossec:ossec /opt/ossec/etc/client.keys
printf '#!/bin/sh\\n' >/opt/ossec/bin/ossec-control
chmod 755 /opt/ossec/bin/ossec-control
printf 'DIRECTORY="/opt/ossec"\\nVERSION="v3.6.0"\\nTYPE="agent"\\n' >/etc/ossec-init.conf
printf '[Service]\\nExecStart=/opt/ossec/bin/ossec-agentd 1000000\\n' >/etc/systemd/system/ossec-agent.service
systemctl daemon-reload; systemctl start ossec-agent`;

/** What is left of it, and of ours. */
const SEEN = `systemctl is-active ossec-agent ossec@analysisd || true
stat --format='%U %n' /opt/ossec/etc/client.keys /var/ossec/bin/ossec-control /var/lib/bake/push/kept 2>/dev/null || true
sed -n 's/^TYPE=//p' /etc/ossec-init.conf`;

test('who has no OSSEC gets it, and another one comes back where ours does not start', {
  skip: SKIP,
}, async () => {
  await writeFleet('80');
  const imageId = await bakeWeb(folder);
  await using group = await launchGroup({ region: REGION, name: `${GROUP}-2`, imageId, size: 1 });
  const [id = ''] = group.ids;
  const bash = (line: string) => group.bash(id, line);
  const pushIt = () => run('ossec', 'push', '--group', `${GROUP}-2`, '--role', 'web', '--yes');
  await bash(`systemctl stop 'ossec*' bake-notifier; rm -rf /var/ossec /etc/ossec-init.conf
    rm -rf /var/lib/bake /etc/systemd/system/ossec* /etc/systemd/system/*.wants/ossec* /etc/bake
    for user in ossec ossecm ossecr; do userdel $user || true; done; groupdel ossec || true
    systemctl daemon-reload; systemctl reset-failed`);
  await bash(AGENT);
  const before = await bash(SEEN);

  // Where it is killed midway, the other one comes back, too.
  const killing = bash(
    `until [ -e /var/ossec/bin ]; do sleep 0.05; done; systemctl kill --signal=KILL 'bake-push-*'`,
  );
  const killed = await pushIt();
  await killing;
  assert.equal(killed.value.outcomes[0].kind, 'rolled-back', JSON.stringify(killed.value));
  assert.equal(await bash(SEEN), before);

  // Ours is one with which a daemon does not start.
  await bash(`mkdir -p /run/systemd/system/ossec@syscheckd.service.d
    printf '[Service]\\nExecStartPre=/bin/sh -c "exit 2"\\n' >/run/systemd/system/ossec@syscheckd.service.d/zz.conf`);
  const failed = await pushIt();
  assert.equal(failed.exitCode, 1, JSON.stringify(failed.failures));
  assert.ok(failed.value, JSON.stringify(failed.failures));
  assert.equal(failed.value.outcomes[0].kind, 'rolled-back');
  assert.equal(await bash(SEEN), before);
  assert.match(before, /^active\ninactive\nossec \/opt\/ossec\/etc\/client.keys\n"agent"$/);

  await bash('rm -r /run/systemd/system/ossec@syscheckd.service.d; systemctl daemon-reload');
  const { exitCode, value, failures } = await pushIt();
  assert.equal(exitCode, 0, JSON.stringify({ value, failures }));
  assert.equal(value.outcomes[0].kind, 'updated');
  assert.match(await bash(SEEN), /^inactive\nactive\nroot \/var\/ossec\/bin\/ossec-control\n"local"$/);
  assert.match(
    await bash('systemctl is-active ossec.target ossec@analysisd bake-notifier; ls /opt'),
    /^(active\n?){3}$/,
  );

  // A unit that this instance has not begins with the machine from then on.
  await bash(`systemctl disable --now bake-notifier; rm /etc/systemd/system/bake-notifier.service
    systemctl daemon-reload`);
  const again = await pushIt();
  assert.equal(again.exitCode, 0, JSON.stringify(again.value));
  assert.equal(
    await bash('systemctl is-enabled bake-notifier; systemctl is-active bake-notifier'),
    'enabled\nactive',
  );
});
