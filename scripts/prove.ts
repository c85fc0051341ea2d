/**
 * `npm run prove`: bakes two roles with the real OSSEC of BAKE_OSSEC_TARBALL in a rehearsal of its own, verifies
 * each ten times, and prints a table. Ends with 1 where any figure misses its goal.
 *
 *   BAKE_OSSEC_TARBALL=… npm run prove -- [BOOTS]
 */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import pMap from 'p-map';
import type { VerifyReport } from '../src/verify/model.ts';
import { type Figure, figuresOf, proveTable } from './prove-figures.ts';

const ROOT = join(import.meta.dirname, '..');
const ROLES = ['web', 'worker'];
const BOOTS = 10;
/** They mostly wait. */
const AT_ONCE = 4;

const tarball = process.env.BAKE_OSSEC_TARBALL ?? '';
const boots = Number(process.argv[2] ?? BOOTS);
if (tarball === '' || !Number.isInteger(boots) || boots < 1) {
  say('usage: BAKE_OSSEC_TARBALL=/path/of/ossec.tar.gz npm run prove -- [BOOTS]');
  process.exit(2);
}

const scratch = await mkdtemp(join(tmpdir(), 'bake-prove-'));
const environment = { ...process.env, BAKE_REHEARSAL: join(scratch, 'rehearsal') };

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `bake ARGS --json`: its events, whatever its exit code. */
async function bake(...args: string[]): Promise<Array<Record<string, unknown>>> {
  const ended = await execa('node', [join(ROOT, 'bin', 'bake.js'), ...args, '--json'], {
    cwd: scratch,
    env: environment,
    preferLocal: true,
    localDir: ROOT,
    reject: false,
    stdin: 'ignore',
    stderr: 'inherit',
  });
  return ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function prepareFleet(): Promise<void> {
  for (const path of ['bake.yaml', 'files', 'keys', 'roles'])
    await cp(join(ROOT, path), join(scratch, path), { recursive: true });
  const frozen = (await bake('ossec', 'freeze', tarball)).find(({ type }) => type === 'result')?.value;
  const { tarball: from, sha256 } = frozen as { tarball: string; sha256: string };
  const file = join(scratch, 'bake.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('\nossec:\n', `\nossec:\n  tarball: ${from}\n  sha256: ${sha256}\n`));
}

/** The reports that a command's events hold; what failed otherwise is said. */
function reports(events: Array<Record<string, unknown>>): VerifyReport[] {
  for (const { type, failure } of events)
    if (type === 'failure') say((failure as { problem: string }).problem);
  return events.filter(({ type }) => type === 'verify.finished').map(({ report }) => report as VerifyReport);
}

async function prove(): Promise<Figure[]> {
  await prepareFleet();
  const flags = ROLES.flatMap((role) => ['--role', role]);
  reports(await bake(...flags, '--no-verify', '--rehearse', '--yes'));
  const turns = Array.from({ length: boots }, () => ROLES).flat();
  const done: VerifyReport[] = [];
  await pMap(
    turns,
    async (role) => {
      const [report] = reports(await bake('verify', '--role', role, '--rehearse', '--yes'));
      if (report !== undefined) done.push(report);
      process.stderr.write(
        `${`${done.length} of ${turns.length}: ${role}: ${report?.verdict ?? 'no report'}`}\n`,
      );
    },
    { concurrency: AT_ONCE },
  );
  return figuresOf(done, turns.length);
}

try {
  const figures = await prove();
  process.stdout.write(`${proveTable(figures)}\n`);
  process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
} finally {
  await bake('rehearse', 'down');
  await rm(scratch, { recursive: true, force: true });
}
