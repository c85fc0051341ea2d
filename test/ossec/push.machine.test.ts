/** `npm run test:ossec`: the OSSEC layer is pushed to an instance while lines are logged and somebody tampers with it. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { z } from 'zod';
import { freezeInto, frozenFleet } from '../support/frozen-fleet.ts';
import { launchGroup } from '../support/group.ts';
import { askAllTheTime, bakeWeb, makeBucket } from '../support/push.ts';
import { bakeJson } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const REGION = 'eu-central-1';
const ALERT = z.object({ rule: z.object({ sidid: z.number() }), full_log: z.string() });
const OUTCOMES = z.object({
  outcomes: z.array(
    z.object({
      kind: z.string(),
      reason: z.string(),
      linesSeconds: z.number(),
      replayedLines: z.number(),
      filesSeconds: z.number().optional(),
    }),
  ),
});

/** Five lines a second, each with a number of its own, until a file is there. */
const LOGGING = `rm -f /run/enough; n=0; while [ ! -e /run/enough ]; do n=$((n + 1))
logger -t sshd -p auth.info "Failed password for invalid user RUN$n from 203.0.113.$((n % 250)) port $n ssh2"
echo $n >/run/logged; sleep 0.2; done`;

/** As soon as files are about to be exchanged. */
const TAMPERING = `until [ -e /var/lib/bake/push/open.json ]; do sleep 0.05; done; echo '# evil' >>FILE`;

for (const distribution of ['debian-12', 'debian-13'] as const) {
  describe(`a push to ${distribution} with real OSSEC`, { skip: whyNotReal(distribution, 2) }, () => {
    /** Of this run: a rehearsal may see several. */
    const name = `pushed-${distribution}-${process.pid}`;
    let folder: string;
    let group: Awaited<ReturnType<typeof launchGroup>>;

    const run = (...args: string[]) => bakeJson([...args, '--rehearse'], { cwd: folder });
    const bash = (line: string) => group.bash(group.ids[0] ?? '', line);

    async function edit(from: string, to: string): Promise<void> {
      const file = join(folder, 'bake.yaml');
      const text = await readFile(file, 'utf8');
      assert.ok(text.includes(from));
      await writeFile(file, text.replace(from, to));
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

    async function scanned(): Promise<void> {
      for (;;) {
        const ended = await bash("grep -c 'Ending syscheck scan' /var/ossec/logs/ossec.log || true");
        if (Number(ended) > 0) return;
        await sleep(1000);
      }
    }

    /** Lines are logged, pages asked for and a file is tampered with while it is pushed. */
    async function pushUnderLoad(tag: string, tampered: string, expected = [0, 'updated']) {
      await bash(`touch ${tampered}`);
      const logging = bash(LOGGING.replace('RUN', tag));
      const client = await askAllTheTime(bash);
      const tampering = bash(TAMPERING.replace('FILE', tampered));
      await sleep(2000);
      const { value, exitCode, failures } = await run('ossec', 'push', '--role', 'web', '--yes');
      await bash('touch /run/enough');
      const { asked, lost } = await client.end();
      await logging;
      const [outcome] = OUTCOMES.safeParse(value).data?.outcomes ?? [];
      assert.ok(outcome, JSON.stringify({ value, failures }));
      assert.deepEqual([exitCode, outcome.kind], expected, JSON.stringify({ value, failures }));
      await tampering;
      const logged = Number(await bash('cat /run/logged'));
      return { ...outcome, asked, lost, ...(await heard(tag, logged)) };
    }

    /** The numbers of the lines that have become alerts; patiently. */
    async function heard(tag: string, logged: number) {
      const numbers: number[] = [];
      for (let patience = 0; new Set(numbers).size < logged && patience < 20; patience++) {
        await sleep(500);
        const found = (await alerts()).flatMap(
          ({ full_log: log }) => new RegExp(`invalid user ${tag}(\\d+) `).exec(log)?.[1] ?? [],
        );
        numbers.splice(0, numbers.length, ...found.map(Number));
      }
      return { logged, heard: new Set(numbers).size, twice: numbers.length - new Set(numbers).size };
    }

    async function integrity(): Promise<string[]> {
      const all = await alerts();
      return all.filter(({ rule }) => rule.sidid >= 550 && rule.sidid <= 554).map(({ full_log: log }) => log);
    }

    before(async () => {
      folder = await frozenFleet('pushed', (text) =>
        text
          .replace('debian-12-amd64-*', `${distribution}-amd64-*`)
          .replace('\nossec:\n', `\nossec:\n  bundles: s3://${name}\n`)
          .replace('listens: [80]', `listens: [80]\n    groups: [${name}]`),
      );
      await makeBucket(name, REGION);
      const imageId = await bakeWeb(folder);
      group = await launchGroup({ region: REGION, name, imageId, size: 1 });
      await scanned();
    });
    after(async () => {
      await group?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    test('of a configuration: no line is lost, it is silent, and whoever tampers meanwhile is heard', async (t) => {
      await edit('listens: [80]', 'listens: [80, 8080]');
      const pushed = await pushUnderLoad('u', '/etc/hosts.allow');
      t.diagnostic(JSON.stringify(pushed));
      assert.ok(pushed.linesSeconds <= 5);
      assert.ok(pushed.replayedLines > 0);
      assert.equal(pushed.heard, pushed.logged, 'lines that became alerts');
      assert.ok(pushed.asked > 100);
      assert.equal(pushed.lost, 0, 'requests to the service');
      const rang = await integrity();
      assert.ok(rang.length > 0, 'the tampering is heard');
      for (const log of rang) assert.match(log, /\/etc\/hosts\.allow/);
      const { value: shown } = await run('alerts', '--role', 'web');
      assert.ok(shown.summary.count > pushed.logged);
      const { value: status } = await run('status', '--role', 'web', '--instances');
      assert.equal(status.instances[0].change.kind, 'none');
    });

    test('of another build: the same, and what the instance has gathered goes on', async (t) => {
      const before = await integrity();
      const known = await bash('wc -l </var/ossec/logs/alerts/alerts.json');
      await freezeInto(folder, await nextTarball(folder));
      const built = await run('ossec', 'build', '--yes');
      assert.equal(built.exitCode, 0, built.stderr);
      const pushed = await pushUnderLoad('v', '/etc/hosts.deny');
      t.diagnostic(JSON.stringify(pushed));
      assert.ok(pushed.linesSeconds <= 10);
      assert.equal(pushed.heard, pushed.logged, 'lines that became alerts');
      assert.equal(pushed.lost, 0, 'requests to the service');
      const rang = (await integrity()).slice(before.length);
      assert.ok(rang.length > 0, 'the tampering is heard');
      for (const log of rang) assert.match(log, /\/etc\/hosts\.deny/);
      assert.ok(Number(await bash('wc -l </var/ossec/logs/alerts/alerts.json')) > Number(known));
      assert.equal(await bash('test -x /var/ossec.previous/bin/ossec-analysisd && echo kept'), 'kept');
      const { value: status } = await run('status', '--role', 'web', '--instances');
      assert.equal(status.instances[0].change.kind, 'none');
      assert.deepEqual(status.instances[0].down, []);
    });

    test('of a build that does not prove itself: the old one is back, and no line is lost', async (t) => {
      const before = await integrity();
      const record = await bash('cat /var/lib/bake/ossec.sha256');
      // 1 would be a success.
      await bash(`mkdir -p /run/systemd/system/ossec@syscheckd.service.d
        printf '[Service]\\nExecStartPre=/bin/sh -c "grep ${record} /var/lib/bake/ossec.sha256 || exit 2"\\n' \
          >/run/systemd/system/ossec@syscheckd.service.d/zz.conf
        systemctl daemon-reload`);
      await freezeInto(folder, process.env.BAKE_OSSEC_TARBALL ?? '');
      const pushed = await pushUnderLoad('w', '/etc/hosts.deny', [1, 'rolled-back']);
      t.diagnostic(JSON.stringify(pushed));
      assert.equal(pushed.heard, pushed.logged, 'lines that became alerts');
      assert.equal(pushed.lost, 0, 'requests to the service');
      assert.equal(await bash('cat /var/lib/bake/ossec.sha256'), record);
      const { value: status } = await run('status', '--role', 'web', '--instances');
      assert.deepEqual([status.instances[0].change.kind, status.instances[0].down], ['version', []]);
      // A push that went back does not wait for the scan.
      let rang: string[] = [];
      for (let n = 0; rang.length === 0 && n < 150; n++) {
        await sleep(1000);
        rang = (await integrity()).slice(before.length);
      }
      assert.ok(rang.length > 0, 'the tampering is heard');
      for (const log of rang) assert.match(log, /\/etc\/hosts\.deny/);
    });
  });
}

/** Another build: of BAKE_OSSEC_NEXT_TARBALL, or the same source with a line more in its changelog. */
async function nextTarball(folder: string): Promise<string> {
  const named = process.env.BAKE_OSSEC_NEXT_TARBALL;
  if (named) return named;
  const work = await mkdtemp(join(tmpdir(), 'bake-next-'));
  const next = join(folder, 'next.tar.gz');
  await execa('bash', [
    '-euc',
    `tar --extract --gzip --file "$1" --directory "$2"
    top=$(find "$2" -name install.sh -printf '%h\n' | sort | head -n 1)
    echo >>"$top/CHANGELOG"
    tar --create --gzip --file "$3" --directory "\${top%/*}" "\${top##*/}"`,
    'next',
    process.env.BAKE_OSSEC_TARBALL ?? '',
    work,
    next,
  ]);
  await rm(work, { recursive: true });
  return next;
}
