/** `bake ossec test`: log lines, or the fleet's tests of its rules, put before an image's own OSSEC. */

import { resolve } from 'node:path';
import { hasStandIn } from '../build/prepare.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { type LogLine, readLogLines } from '../ossec/log-lines.ts';
import type { LineEvent, TestResult } from '../ossec/rule-answer.ts';
import { BASE } from '../plan/model.ts';
import { eventLines, passed, testLines } from '../report/rule-test.ts';
import { type Ask, openRuleTests } from '../rule-test/ask.ts';
import { hasPipedInput, readLogFile, readStandardInput, STANDARD_INPUT } from '../world/log-input.ts';
import { type FleetOptions, selectRoles } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export interface OssecTestOptions extends FleetOptions {
  readonly role?: string;
}

export async function ossecTest(
  context: Context,
  file: string | undefined,
  options: OssecTestOptions,
): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const role =
    options.role === undefined ? undefined : selectRoles(fleet, { role: [options.role], all: false })[0];
  const lines = await givenLines(context, file);
  const ask = await openRuleTests(context, {
    fleet,
    fleetFile: resolve(context.workingFolder, options.file),
  });
  if (hasStandIn(fleet)) tellOfStandIn(context);
  if (lines !== undefined) return testGiven(context, { fleet, role, lines, ask });
  const images = options.role === undefined ? [undefined, ...fleet.roles] : [role];
  return testRules(context, images, ask);
}

/** Undefined: none are given, so the tests of the fleet's rules are meant. */
async function givenLines(
  { workingFolder, reporter, signal }: Context,
  file: string | undefined,
): Promise<LogLine[] | undefined> {
  if (file !== undefined && file !== '-') {
    const lines = readLogLines(file, await readLogFile(workingFolder, file));
    return lines.length > 0 ? lines : noLines(file);
  }
  if (file === undefined && !hasPipedInput()) return undefined;
  const remedy = 'to run the tests of the rules instead: `bake ossec test </dev/null`';
  reporter.emit({ type: 'notice', level: 'info', text: 'reading log lines from standard input', remedy });
  const lines = readLogLines(STANDARD_INPUT, await readStandardInput(signal));
  if (lines.length > 0) return lines;
  // Many a CI has a pipe there that nobody writes to.
  return file === undefined ? undefined : noLines(STANDARD_INPUT);
}

function noLines(name: string): never {
  fail({ kind: 'input', problem: `${name} has no log line`, remedy: 'give one log line a line' });
}

function tellOfStandIn({ reporter }: Context): void {
  reporter.emit({
    type: 'notice',
    level: 'warning',
    text: "OSSEC is the rehearsal's stand-in here, which can't test a rule: nothing was tested",
    remedy: 'freeze a release of OSSEC: `bake ossec freeze`',
  });
}

interface Given {
  readonly fleet: Fleet;
  readonly role: Role | undefined;
  readonly lines: readonly LogLine[];
  readonly ask: Ask;
}

async function testGiven(context: Context, { fleet, role, lines, ask }: Given): Promise<ExitCode> {
  const { image, hooks } = effectiveOssec(fleet, role);
  const answer = await ask(
    role,
    lines.map(({ text }) => text),
  );
  if (answer.kind === 'tests') throw new Error('log lines were given, and tests were run');
  const events = answer.kind === 'events' ? (answer.events ?? noAnswer(image)) : [];
  context.reporter.result(
    {
      image,
      standIn: answer.kind === 'stand-in',
      lines: events.map((event, index) => ({ ...lineOf(lines, index), ...event })),
      hooks: hooks.map(({ name, format, url }) => ({ name, format, url })),
    },
    answer.kind === 'stand-in' ? [] : eventLines(lines, events, hooks),
  );
  return EXIT.done;
}

function lineOf(
  lines: readonly LogLine[],
  index: number,
): { line: number | undefined; text: string | undefined } {
  const line = lines[index];
  return { line: line?.number, text: line?.text };
}

function noAnswer(image: string): LineEvent[] {
  fail({ kind: 'build', image, problem: 'ossec-logtest did not answer for every line' });
}

/** Base first; without a role that was named, each image that the fleet has. */
async function testRules(
  context: Context,
  roles: ReadonlyArray<Role | undefined>,
  ask: Ask,
): Promise<ExitCode> {
  const images: Array<{ image: string; standIn: boolean; tests: readonly TestResult[] }> = [];
  for (const role of roles) {
    const answer = await ask(role, undefined);
    if (answer.kind === 'events') throw new Error('the tests were to run, and lines were tested');
    const tests = answer.kind === 'tests' ? answer.tests : [];
    images.push({ image: role?.name ?? BASE, standIn: answer.kind === 'stand-in', tests });
  }
  context.reporter.result(
    { images: images.map(({ tests, ...image }) => ({ ...image, tests: tests.map(forMachines) })) },
    images.flatMap(({ image, standIn, tests }) => (standIn ? [] : testLines(image, tests))),
  );
  return images.every(({ tests }) => tests.every(passed)) ? EXIT.done : EXIT.failed;
}

function forMachines({ name, own, lines, event, wrong, ...expected }: TestResult): object {
  return { name, own, passed: wrong.length === 0, lines, expected, actual: event, wrong };
}
