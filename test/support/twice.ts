/** What every step promises: it changes what its contract says, and nothing when it runs again. */

import assert from 'node:assert/strict';
import type { Container } from './container.ts';
import { beyondContract, type Measured, measureStep, readContract, type StepInput } from './step.ts';

/** What a machine with systemd writes by itself at any moment. */
export const BACKGROUND = [
  '/tmp/systemd-private-**',
  '/var/lib/systemd/**',
  '/var/log/journal/**',
  '/var/log/lastlog',
  '/var/log/wtmp',
];

/** Runs the step twice, holds both runs to the contract, and returns the first. */
export async function runTwice(
  container: Container,
  input: StepInput,
  noise: readonly string[] = [],
): Promise<Measured> {
  const contract = await readContract(input.provisioner);
  const first = await measureStep(container, input, noise);
  assert.equal(first.exitCode, 0, first.stderr);
  assert.deepEqual(beyondContract(contract, input.values ?? {}, first.changed), [], 'beyond its contract');
  const second = await measureStep(container, input, noise);
  assert.deepEqual(
    { exitCode: second.exitCode, changed: second.changed, said: second.stdout + second.stderr },
    { exitCode: 0, changed: [], said: '' },
    'the second run',
  );
  return first;
}
