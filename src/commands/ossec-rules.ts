/** `bake ossec rules`: every rule of an image, and what becomes of its alerts. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { type EffectiveRule, effectiveRules } from '../ossec/effective-rules.ts';
import { hookLine } from '../report/hooks.ts';
import { table } from '../report/table.ts';
import { type FleetOptions, selectRoles } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export interface RulesOptions extends FleetOptions {
  readonly role?: string;
  readonly posted: boolean;
}

export async function ossecRules(context: Context, options: RulesOptions): Promise<ExitCode> {
  const fleet = await loadForCommand(context, options);
  const role =
    options.role === undefined ? undefined : selectRoles(fleet, { role: [options.role], all: false })[0];
  const { frozen } = fleet.ossec;
  if (frozen === undefined) {
    const text = "OSSEC's own rules are not known here, because there is no bake.lock";
    context.reporter.emit({ type: 'notice', level: 'warning', text, remedy: 'run `bake ossec freeze`' });
  }
  const config = effectiveOssec(fleet, role);
  const rules = effectiveRules(config, frozen?.rules);
  const shown = options.posted ? rules.filter(({ hook }) => hook !== undefined) : rules;
  const { image, alertLevel, hooks } = config;
  context.reporter.result(
    {
      image,
      alertLevel,
      rules: shown.map(forMachines),
      hooks: hooks.map(({ name, format, url }) => ({ name, format, url })),
    },
    [...table([HEADER, ...shown.map(row)]), '', ...hooks.map(hookLine), summary(rules, alertLevel)],
  );
  return EXIT.done;
}

function forMachines({ hook, ...rule }: EffectiveRule): object {
  return { ...rule, hook: hook ?? null };
}

const HEADER = ['ID', 'LEVEL', 'ALERT', 'HOOK', 'FILE', 'DESCRIPTION'];

function row({ id, level, alert, hook, file, description }: EffectiveRule): string[] {
  return [String(id), String(level), alert ? 'yes' : 'no', hook ?? '-', file, description];
}

function summary(rules: readonly EffectiveRule[], alertLevel: number): string {
  const alerting = rules.filter(({ alert }) => alert).length;
  const posted = rules.filter(({ hook }) => hook !== undefined).length;
  return `${rules.length} rules: ${alerting} alert (from level ${alertLevel} on), ${posted} of them to a hook`;
}
