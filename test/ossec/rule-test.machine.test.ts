/** `bake ossec test` as a user runs it: with the stand-in, and with `BAKE_OSSEC_TARBALL` on real rules. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { dockerClient, lines, SANDBOX_LABEL } from '../../rehearsal/src/machines/docker.ts';
import { readConfig } from '../../rehearsal/src/server/config.ts';
import { openPlace } from '../../rehearsal/src/setup/place.ts';
import { whyNoContainer } from '../support/engine.ts';
import { bakeJson, STATE } from '../support/rehearsal.ts';
import { whyNotReal } from './real.ts';

const GUESS = 'Nov 24 08:00:00 web sshd[7]: Failed password for root from 203.0.113.9 port 4711 ssh2';
const STRANGER = 'Nov 24 08:00:00 web sshd[7]: Invalid user bob from 198.51.100.4';
const HELLO = 'Nov 24 08:00:00 web cron[7]: hello';

const RULES = `<group name="local,">
  <rule id="100001" level="3"><match>fraud in order</match><description>Fraud</description></rule>
</group>
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-ossec-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function writeFleet(ossec: string): Promise<void> {
  await writeFile(join(folder, 'role.xml'), RULES);
  await writeFile(
    join(folder, 'bake.yaml'),
    `fleet: rules
region: eu-central-1
source: { filter: { name: debian-12-amd64-*, owners: ["136693071363"] } }
builder: { instance_type: t3.small, ssh: { user: admin, via: public_address, from: my_address } }
ossec:
  slack_ossec_url: { ssm_parameter: /rules/slack }
  alert_rules_list: [5720]
  rule_tests: rules.test.yaml
${ossec}roles: { web: { instance_type: t3.micro, ossec: { local_rules: role.xml } } }
`,
  );
}

async function writeTests(tests: readonly object[]): Promise<void> {
  await writeFile(join(folder, 'rules.test.yaml'), JSON.stringify(tests));
}

async function run(args: readonly string[], input?: string) {
  const { exitCode, value, failures, ofType } = await bakeJson(['ossec', 'test', ...args], {
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  });
  return {
    exitCode,
    value,
    notices: ofType('notice').map(({ text }) => text),
    installed: ofType('setup.finished').some(({ item }) => item === 'OSSEC'),
    failures,
  };
}

async function engine() {
  const { name, configFile } = await openPlace(STATE ?? '');
  const { docker } = await readConfig(configFile);
  const client = dockerClient(docker);
  const filter = `--filter=label=${SANDBOX_LABEL}=${name}`;
  return {
    docker: client,
    machines: () => lines(client, ['ps', '--all', '--quiet', filter]),
    kept: async () =>
      (await lines(client, ['image', 'ls', '--format={{.Repository}}:{{.Tag}}', filter])).filter(
        (reference) => !reference.startsWith('<none>'),
      ),
  };
}

describe('with the stand-in', { skip: whyNoContainer('debian-12') }, () => {
  before(async () => {
    await writeFleet('');
    await writeTests([{ name: 'guess', line: GUESS, rule: 5716 }]);
  });

  test('it says that nothing was tested', async () => {
    const { exitCode, value, notices, failures } = await run([]);
    assert.deepEqual([exitCode, failures], [0, []]);
    assert.match(notices.join('\n'), /the rehearsal's stand-in here, which can't test a rule: nothing was/);
    assert.deepEqual(value, {
      images: ['base', 'web'].map((image) => ({ image, standIn: true, tests: [] })),
    });
    const lines = await run(['--role', 'web', '-'], `${GUESS}\n`);
    assert.deepEqual([lines.value.image, lines.value.standIn, lines.value.lines], ['web', true, []]);
  });

  test('OSSEC is installed once, and again where what was kept has changed', async () => {
    assert.equal((await run([])).installed, false);
    const { docker, kept } = await engine();
    for (const image of await kept()) {
      const name = `spoilt-${image.split('-').at(-1)}`;
      await docker([
        'run',
        '--name',
        name,
        '--network=none',
        image,
        'bash',
        '-c',
        'echo x >>/var/ossec/etc/decoder.xml',
      ]);
      await docker(['commit', name, image]);
      await docker(['rm', name]);
    }
    const { exitCode, notices, installed } = await run([]);
    assert.deepEqual([exitCode, installed], [0, true]);
    assert.match(notices.join('\n'), /the kept machine with OSSEC is not what was installed there/);
    assert.equal((await run([])).installed, false);
  });

  test('an interruption leaves no machine', async () => {
    const { docker, machines, kept } = await engine();
    await docker(['image', 'rm', ...(await kept())]);
    const cli = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
    const running = execa(process.execPath, [cli, 'ossec', 'test'], {
      cwd: folder,
      stdin: 'ignore',
      reject: false,
    });
    while ((await machines()).length === 0) await sleep(20);
    running.kill('SIGINT');
    assert.equal((await running).exitCode, 130);
    assert.deepEqual(await machines(), []);
  });

  test('what is no log is refused before anything starts', async () => {
    assert.deepEqual((await run(['nowhere.log'])).failures, ["nowhere.log can't be read: ENOENT"]);
    assert.deepEqual((await run(['-'], '\n\n')).failures, ['standard input has no log line']);
  });
});

/** How many tests of this file need real OSSEC. */
const TESTS = 5;

describe('with real OSSEC', { skip: whyNotReal('debian-12', TESTS) }, () => {
  before(async () => {
    await writeFleet('');
    await writeTests([]);
    const tarball = process.env.BAKE_OSSEC_TARBALL ?? '';
    const { value } = await bakeJson(['ossec', 'freeze', tarball], { cwd: folder });
    await writeFleet(`  tarball: ${value.tarball}\n  sha256: ${value.sha256}\n`);
  });

  test('eight guesses are one alert that leaves the machine; each line has its own rule', async () => {
    await writeFile(
      join(folder, 'auth.log'),
      `${Array(8).fill(GUESS).join('\n')}\n\n${STRANGER}\n${HELLO}\n`,
    );
    const { exitCode, value } = await run(['auth.log']);
    assert.equal(exitCode, 0);
    const rows = value.lines.map((row: Record<string, unknown>) => [
      row.line,
      row.rule,
      row.level,
      row.alert,
      row.hook,
    ]);
    const guesses = [1, 2, 3, 4, 5, 6, 7].map((line) => [line, 5716, 5, true, null]);
    assert.deepEqual(rows, [
      ...guesses,
      [8, 5720, 10, true, 'hook-1'],
      [10, 5710, 5, true, null],
      [11, null, null, false, null],
    ]);
    assert.deepEqual(value.hooks, [
      { name: 'hook-1', format: 'slack', url: { kind: 'ssm-parameter', name: '/rules/slack' } },
    ]);
  });

  test('a line from standard input is judged by the rules of the role, and by those of base', async () => {
    const line = 'Nov 24 08:00:00 web shop: fraud in order 7';
    const first = async (...args: string[]) => (await run(args, `${line}\n`)).value.lines[0];
    assert.equal((await first('--role', 'web')).rule, 100001);
    assert.notEqual((await first('-')).rule, 100001);
  });

  test('the tests of the rules run for every image, and one that fails is the exit code', async () => {
    const right = [
      { name: 'many', lines: Array(8).fill(GUESS), rule: 5720, level: 10, decoder: 'sshd', notified: true },
      { name: 'stranger', line: STRANGER, rule: 5710, notified: false },
      { name: 'quiet', line: HELLO, rule: 'none' },
    ];
    await writeTests(right);
    const passing = await run([]);
    assert.equal(passing.exitCode, 0);
    const shown = passing.value.images.map(
      ({ image, tests }: { image: string; tests: Array<{ name: string; passed: boolean }> }) => [
        image,
        tests.filter(({ passed }) => passed).map(({ name }) => name),
      ],
    );
    const names = [
      'an undeclared port',
      'declared ports',
      "the notifier's probe",
      'many',
      'stranger',
      'quiet',
    ];
    assert.deepEqual(shown, [
      ['base', names],
      ['web', names],
    ]);

    await writeTests([...right, { name: 'wrong', line: GUESS, rule: 5720 }]);
    const failing = await run(['--role', 'web']);
    assert.equal(failing.exitCode, 1);
    assert.deepEqual(
      failing.value.images.map(({ image }: { image: string }) => image),
      ['web'],
    );
    const { name, passed, expected, actual, wrong } = failing.value.images[0].tests.at(-1);
    assert.deepEqual([name, passed, expected], ['wrong', false, { rule: 5720 }]);
    assert.deepEqual(actual, { rule: 5716, level: 5, decoder: 'sshd', alert: true, hook: null });
    assert.deepEqual(wrong, ['expected rule 5720, but it is 5716']);
  });

  test('a pipe without a line, as many a CI has one, means the tests', async () => {
    assert.equal((await run(['--role', 'web'], '')).value.images[0].tests.length > 3, true);
  });

  test('the second time takes seconds, and leaves no machine', async () => {
    const startedAt = performance.now();
    assert.equal((await run(['auth.log'])).installed, false);
    const seconds = (performance.now() - startedAt) / 1000;
    assert.ok(seconds < 15, `${seconds} s`);
    assert.deepEqual(await (await engine()).machines(), []);
  });
});
