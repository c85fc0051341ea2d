/** Flags that several commands share, and what they select. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { Failed, fail, type InputFailure } from '../failure.ts';
import { DURATION, secondsOf } from '../fleet/duration.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { nearest } from '../fleet/nearest.ts';

export interface FleetOptions {
  readonly file: string;
  /** Warnings about the fleet file end the command. */
  readonly strict: boolean;
}

export interface RoleOptions extends FleetOptions {
  readonly role: readonly string[];
  readonly all: boolean;
  readonly flat: boolean;
}

export function addFleetFile(command: Command): Command {
  return command
    .option('-f, --file <path>', 'the fleet file', 'bake.yaml')
    .option('--strict', 'take warnings about the fleet file as errors', false);
}

export function addRoles(command: Command): Command {
  return addFleetFile(command)
    .addOption(new Option('--role <name...>', 'roles to work on, and the base image below them').default([]))
    .option('--all', 'every role of the fleet file', false)
    .option('--flat', 'base and role in one image, straight from the source image', false)
    .allowExcessArguments()
    .hook('preAction', (_, action) => refuseWords(action));
}

/** Words without a flag: a misspelt command, which reaches the default one, or a role without `--role`. */
function refuseWords(command: Command): void {
  const [word] = command.args;
  if (word === undefined) return;
  const parent = command.parent;
  const isNamed = parent?.args[0] === command.name();
  const near = isNamed ? undefined : nearest(word, parent?.commands.map((other) => other.name()) ?? []);
  const what = isNamed ? `unexpected argument '${word}'` : `unknown command '${word}'`;
  const hint = near ?? `${isNamed ? '' : 'bake '}--role ${word}`;
  command.error(`error: ${what}\n(Did you mean ${hint}?)`);
}

export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}

/** `90s`, `10m`, `6h` or `30d` in seconds. */
export function duration(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('It must be a duration: 90s, 10m, 6h or 30d.');
  return secondsOf(text);
}

/** The roles that `--role` and `--all` name, in the order of the fleet file; all that are unknown are reported. */
export function selectRoles(fleet: Fleet, { role, all }: Pick<RoleOptions, 'role' | 'all'>): Role[] {
  const known = fleet.roles.map(({ name }) => name);
  if (!all && role.length === 0) {
    fail({
      kind: 'input',
      problem: 'no role was named',
      remedy: `use --role NAME or --all; the fleet file has ${known.join(', ') || 'no roles yet'}`,
    });
  }
  const unknown = role.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Failed(unknown.map((name) => unknownRole(name, known)));
  return fleet.roles.filter(({ name }) => all || role.includes(name));
}

function unknownRole(name: string, known: readonly string[]): InputFailure {
  const near = nearest(name, known);
  return {
    kind: 'input',
    problem: `the fleet file has no role ${JSON.stringify(name)}`,
    remedy: near === undefined ? `it has ${known.join(', ') || 'no roles yet'}` : `did you mean ${near}?`,
  };
}
