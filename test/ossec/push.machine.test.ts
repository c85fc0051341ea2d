/** `npm run test:ossec`: the OSSEC layer is pushed to an instance while lines are logged and somebody tampers with it. */

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { frozenFleet } from '../support/frozen-fleet.ts';
import { launchGroup } from '../support/group.ts';
import { bakeJson, rehearsalS3 } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const REGION = 'eu-central-1';
/** Of this run: a rehearsal may see several. */
const GROUP = `pushed-${process.pid}`;
const ALERT = z.object({ rule: z.object({ sidid: z.number() }), full_log: z.string() });
const OUTCOMES = z.object({
  outcomes: z.array(
    z.object({ kind: z.string(), reason: z.string(), linesSeconds: z.number(), replayedLines: z.number() }),
  ),
});

let folder: string;
let group: Awaited<ReturnType<typeof launchGroup>>;

const run = (...args: string[]) => bakeJson([...args, '--rehearse'], { cwd: folder });
const bash = (line: string) => group.bash(group.ids[0] ?? '', line);

async function edit(from: string, to: string): Promise<void> {
  const file = join(folder, 'bake.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}

/** But for OSSEC's own start, and lines that ask whether it hears. */
async function alerts() {
  const lines = (await bash('cat /var/ossec/logs/alerts/alerts.json'))
    .split('\n')
    .filter((line) => line !== '');
  return lines
    .map((line) => ALERT.parse(JSON.parse(line)))
    .filter(({ rule }) => ![502, 990_010].includes(rule.sidid));
}

/** Five lines a second, each with a number of its own, until a file is there. */
const LOGGING = `n=0; while [ ! -e /run/enough ]; do n=$((n + 1))
logger -t sshd -p auth.info "Failed password for invalid user u$n from 203.0.113.$((n % 250)) port $n ssh2"
echo $n >/run/logged; sleep 0.2; done`;

/** As soon as files are about to be exchanged. */
const TAMPERING = `until [ -e /var/lib/bake/push/open.json ]; do sleep 0.05; done; echo '# evil' >>/etc/hosts.allow`;

async function scanned(): Promise<void> {
  for (;;) {
    const ended = await bash("grep -c 'Ending syscheck scan' /var/ossec/logs/ossec.log || true");
    if (Number(ended) > 0) return;
    await sleep(1000);
  }
}

describe('a push to an instance with real OSSEC', { skip: whyNotReal('debian-12', 1) }, () => {
  before(async () => {
    folder = await frozenFleet('pushed', (text) =>
      text
        .replace('\nossec:\n', `\nossec:\n  bundles: s3://${GROUP}\n`)
        .replace('listens: [80]', `listens: [80]\n    groups: [${GROUP}]`),
    );
    const s3 = await rehearsalS3(REGION);
    await s3.send(
      new CreateBucketCommand({
        Bucket: GROUP,
        CreateBucketConfiguration: { LocationConstraint: REGION },
      }),
    );
    const { value, stderr, exitCode } = await run('--role', 'web', '--no-verify', '--yes');
    assert.equal(exitCode, 0, stderr);
    const images: ReadonlyArray<{ image: string; imageId: string }> = value.images;
    const imageId = images.find(({ image }) => image === 'web')?.imageId ?? '';
    group = await launchGroup({ region: REGION, name: GROUP, imageId, size: 1 });
    await scanned();
  });
  after(async () => {
    await group?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('no line is lost, the push is silent, and whoever tampers meanwhile is heard', async () => {
    await edit('listens: [80]', 'listens: [80, 8080]');
    await bash('touch /etc/hosts.allow');
    const logging = bash(LOGGING);
    const tampering = bash(TAMPERING);
    await sleep(2000);
    const { value, exitCode } = await run('ossec', 'push', '--role', 'web', '--yes');
    assert.equal(exitCode, 0, JSON.stringify(value));
    await tampering;
    await bash('touch /run/enough');
    await logging;
    const [outcome] = OUTCOMES.parse(value).outcomes;
    assert.equal(outcome?.kind, 'updated');
    assert.ok(outcome.replayedLines > 0);
    const logged = Number(await bash('cat /run/logged'));
    const numbers = new Set<number>();
    for (let patience = 0; numbers.size < logged && patience < 20; patience++) {
      await sleep(500);
      for (const { full_log: log } of await alerts()) {
        const number = /invalid user u(\d+) /.exec(log)?.[1];
        if (number !== undefined) numbers.add(Number(number));
      }
    }
    assert.equal(numbers.size, logged, 'lines that became alerts');
    const integrity = (await alerts()).filter(({ rule }) => rule.sidid >= 550 && rule.sidid <= 554);
    assert.ok(integrity.length > 0, 'the tampering is heard');
    for (const { full_log: log } of integrity) assert.match(log, /\/etc\/hosts\.allow/);
    const { value: shown } = await run('alerts', '--role', 'web');
    assert.ok(shown.summary.count > logged);
    const { value: status } = await run('status', '--role', 'web', '--instances');
    assert.equal(status.instances[0].change.kind, 'none');
  });
});
