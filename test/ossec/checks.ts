/** What only OSSEC itself finds wrong with a configuration: the builder asks it, and each answer is a failure by name. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Container } from '../support/container.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { configure, type Real } from './real.ts';

const GUESS = 'Nov 24 08:00:00 web sshd[7]: Failed password for root from 203.0.113.9 port 4711 ssh2';
const HELLO = 'Nov 24 08:00:00 web cron[7]: hello';

/** How many tests {@link checkTests} has. */
export const CHECKS = 16;

interface Wrong {
  readonly name: string;
  readonly said: RegExp;
  /** Added to ossec.conf. */
  readonly conf?: string;
  /** The fleet's own rules. */
  readonly rules?: string;
  readonly tests?: ReadonlyArray<object>;
  readonly notify?: object;
}

const WRONG: readonly Wrong[] = [
  {
    name: 'a rule below one that is not there',
    rules: '<rule id="100001" level="5"><if_sid>999998</if_sid><description>x</description></rule>',
    said: /ossec-analysisd -t refuses the configuration:[\s\S]*999998/,
  },
  {
    name: 'a pattern that is none',
    rules: '<rule id="100001" level="5"><pcre2>(</pcre2><description>x</description></rule>',
    said: /ossec-analysisd -t refuses the configuration/,
  },
  {
    name: 'two rules with one id',
    rules: '<rule id="5716" level="5"><description>x</description></rule>',
    said: /ossec-analysisd -t refuses the configuration:[\s\S]*5716/,
  },
  {
    name: 'a setting of syscheck that there is not',
    conf: '<syscheck><folders>/etc</folders></syscheck>',
    said: /ossec-syscheckd -t refuses the configuration:[\s\S]*folders/,
  },
  {
    name: 'a form of log that there is not',
    conf: '<localfile><log_format>carrier-pigeon</log_format><location>/x</location></localfile>',
    said: /ossec-logcollector -t refuses the configuration:[\s\S]*carrier-pigeon/,
  },
  {
    name: 'a response to a rule that is not there',
    conf: `<command><name>f</name><executable>firewall-drop.sh</executable><expect>srcip</expect></command>
      <active-response><command>f</command><location>local</location><rules_id>5720, 999997</rules_id></active-response>`,
    said: /an active response waits for rule 999997, which no rule file has/,
  },
  {
    name: 'a notification of a rule that is not there',
    notify: {
      hooks: { h: { url: { ssm_parameter: '/x' }, format: 'slack' } },
      routes: { 999996: { hook: 'h' } },
    },
    said: /rule 999996 is to be notified of, and no rule file has it/,
  },
  {
    name: 'a rule of the fleet that hides open ports',
    rules:
      '<rule id="100001" level="0"><if_sid>530</if_sid><match>bake-ports</match><description>x</description></rule>',
    said: /rule test 'an undeclared port': expected rule 990002, but it is 100001/,
  },
  {
    name: 'another rule than a test expects',
    tests: [{ name: 'guess', lines: [GUESS], rule: 5720 }],
    said: /rule test 'guess': expected rule 5720, but it is 5716/,
  },
  {
    name: 'another level',
    tests: [{ name: 'guess', lines: [GUESS], rule: 5716, level: 12 }],
    said: /rule test 'guess': expected level 12, but it is 5 \(rule 5716\)/,
  },
  {
    name: 'another decoder',
    tests: [{ name: 'guess', lines: [GUESS], rule: 5716, decoder: 'nginx' }],
    said: /rule test 'guess': expected decoder nginx, but it is sshd \(rule 5716\)/,
  },
  {
    name: 'an alert where a test expects none',
    tests: [{ name: 'guess', lines: [GUESS], rule: 'none' }],
    said: /rule test 'guess': expected no alert, but rule 5716 \(level 5\) fires/,
  },
  {
    name: 'an alert that no hook gets',
    tests: [{ name: 'guess', lines: [GUESS], rule: 5716, notified: true }],
    said: /rule test 'guess': rule 5716 is not notified of/,
  },
];

/** Registers the tests, on a machine of their own. */
export function checkTests(real: () => Real): void {
  let builder: Container;
  before(async () => {
    builder = await Container.start({ distribution: 'debian-12', systemd: true, image: real().image.id });
  });
  after(async () => {
    await builder?.[Symbol.asyncDispose]();
  });

  test('the fleet’s tests of its rules pass where they are right', async () => {
    const tests = [
      { name: 'many', lines: Array(8).fill(GUESS), rule: 5720, level: 10, decoder: 'sshd', notified: false },
      { name: 'quiet', lines: [GUESS, HELLO], rule: 'none' },
    ];
    const { exitCode, stderr } = await runStep(builder, spoilt(real(), { name: '', said: /^/, tests }));
    assert.deepEqual([exitCode, stderr], [0, '']);
  });

  for (const wrong of WRONG) {
    test(`the builder refuses ${wrong.name}`, async () => {
      const outcome = await runStep(builder, spoilt(real(), wrong));
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, wrong.said);
    });
  }

  test('asking leaves nothing in OSSEC’s databases and logs', async () => {
    const left = 'find /var/ossec/queue /var/ossec/stats /var/ossec/logs /var/ossec/var -type f -size +0';
    assert.equal(await builder.bash(left), '');
  });

  test('a release that does not hear the journal is refused with what to do', async (t) => {
    if (!real().version.startsWith('v4.1')) {
      t.skip(`${real().version} hears it, as the first test has proven`);
      return;
    }
    const outcome = await runStep(builder, configure(real(), { systemLog: 'journald' }));
    assert.equal(outcome.exitCode, 1);
    assert.match(
      outcome.stderr,
      /system log \(journald\) became no alert .*set ossec\.system_log to rsyslog/,
    );
  });
}

function spoilt(real: Real, { conf = '', rules, tests, notify }: Wrong): StepInput {
  const text = `<group name="local,">${rules}</group>\n`;
  const step = configure(real, rules === undefined ? {} : { localRules: { path: 'rules.xml', text } });
  const files: Record<string, string | Uint8Array> = { ...step.files };
  files['ossec.conf'] = String(files['ossec.conf']).replace('</ossec_config>', `${conf}</ossec_config>`);
  if (tests !== undefined) files['rule-tests.json'] = JSON.stringify(tests);
  if (notify !== undefined) {
    files['notify.json'] = JSON.stringify({ ...JSON.parse(String(files['notify.json'])), ...notify });
  }
  return { ...step, files };
}
