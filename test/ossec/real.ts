/** A machine with real OSSEC, for tests that need its daemons: `BAKE_OSSEC_TARBALL` names a source tarball. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Ossec, Role } from '../../src/fleet/model.ts';
import { Container } from '../support/container.ts';
import { type Distribution, whyNoContainer } from '../support/engine.ts';
import { ossecConfigStep } from '../support/ossec.ts';
import { runStep, type StepInput } from '../support/step.ts';
import { uploadTarball } from '../support/tarball.ts';

const TARBALL = process.env.BAKE_OSSEC_TARBALL;

/** Why the tests with the real daemons can't run here, with how many that are; or undefined. */
export function whyNotReal(distribution: Distribution, tests: number): string | undefined {
  if (!TARBALL) {
    return `NOT RUN: ${tests} tests need OSSEC's real daemons; set BAKE_OSSEC_TARBALL to a source tarball of OSSEC`;
  }
  return whyNoContainer(distribution);
}

export const BLOCKING = { level: 10, seconds: 600, allow: [] };

export type Real = Awaited<ReturnType<typeof installReal>>;

/** The distribution's image with OSSEC compiled and installed, off; gone when the scope ends. */
export async function installReal(distribution: Distribution) {
  await using builder = await Container.start({ distribution });
  const { exitCode, stderr } = await runStep(
    builder,
    await uploadTarball(builder, await readFile(TARBALL ?? '')),
  );
  assert.equal(exitCode, 0, stderr);
  const version = (await builder.bash(`sed -n 's/^VERSION="\\(.*\\)"$/\\1/p' /etc/ossec-init.conf`)).trim();
  const ruleFiles = (await builder.bash(RULE_FILES)).split('\n').filter((name) => name !== '');
  // Machines with systemd are offline here, and these values need packages.
  const {
    exitCode: failed,
    stdout,
    stderr: why,
  } = await runStep(builder, configure({ version, ruleFiles }, { blocking: BLOCKING, systemLog: 'rsyslog' }));
  assert.equal(failed, 0, why);
  assert.match(stdout, /^installed rsyslog iptables$/m);
  return { image: await builder.commit(), version, ruleFiles };
}

/** In the order in which OSSEC's own configuration includes them. */
const RULE_FILES = `sed -n 's|.*<include>\\(.*\\)</include>.*|\\1|p' /var/ossec/etc/ossec.conf | grep -v local_rules`;

/** The step that configures this OSSEC, with what the tests watch. */
export function configure(
  real: Pick<Real, 'version' | 'ruleFiles'>,
  parts: Partial<Ossec> = {},
  role: Partial<Role> = {},
): StepInput {
  const frozen = {
    sha256: '0'.repeat(64),
    version: real.version,
    commit: undefined,
    standIn: false,
    ruleFiles: real.ruleFiles,
    rules: new Map(),
    builtTrees: new Map(),
  };
  return ossecConfigStep({ frozen, ...parts }, role);
}

/** Runs a line of bash again and again until it succeeds; returns how many seconds that took. */
export async function secondsUntil(container: Container, line: string, limit: number): Promise<number> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  while ((await container.exec(['bash', '-c', line])).exitCode !== 0) {
    if (elapsed() > limit) throw new Error(`not within ${limit} s: ${line}\n${await lastWords(container)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return elapsed();
}

async function lastWords(container: Container): Promise<string> {
  return await container.bash(
    'systemctl --no-pager --failed; tail -n 15 /var/ossec/logs/ossec.log; grep -h ^Rule: /var/ossec/logs/alerts/alerts.log | sort | uniq -c',
  );
}
