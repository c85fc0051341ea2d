/** What was seen on the boots of an image → whether it is golden. Pure. */

import { PROBE } from '../ossec/own-rule-ids.ts';
import { declarationFor } from './declare.ts';
import type {
  AlarmResult,
  CheckResult,
  Expectation,
  Findings,
  Identity,
  LeftOut,
  Observation,
  ObservedTampering,
} from './model.ts';

/** OSSEC's own start, and the notifier's question whether it hears. */
const NO_NOISE: ReadonlySet<number> = new Set([502, PROBE]);
const LOWEST_LEVEL = 3;

export interface Evidence {
  readonly expected: Expectation;
  readonly leftOut: readonly LeftOut[];
  readonly observed: Observation;
  /** What EC2 says of the image. */
  readonly image: readonly CheckResult[];
  /** Of another boot of the same image. */
  readonly twin: Identity;
}

/** Everything that is wrong, not only the first. */
export function judge({ expected, leftOut, observed, image, twin }: Evidence): Findings {
  const { boot } = observed;
  const noise = (boot?.alerts ?? [])
    .filter(({ rule, level }) => level >= LOWEST_LEVEL && !NO_NOISE.has(rule))
    .map((alert) => ({ alert, declare: declarationFor(alert) }));
  const hygiene = [
    ...observed.hygiene,
    ...image,
    ...twins(observed.identity, twin),
    ...scans(expected, observed),
  ];
  const checks = expected.checks.map((check) => ownCheck(check.name, observed));
  const alarms = expected.watches ? allAlarms(expected, observed) : [];
  const isGood =
    noise.length === 0 &&
    [...hygiene, ...checks].every(({ problems }) => problems.length === 0) &&
    alarms.every(({ problem }) => problem === undefined);
  return {
    verdict: isGood ? (expected.watches ? 'golden' : 'unproven') : 'failed',
    boot: boot && {
      scansEnded: boot.scans_ended,
      seconds: boot.seconds,
      daemonsCpuSeconds: boot.daemons_cpu_seconds,
      ownAlerts: boot.all_alerts - boot.alerts.length,
    },
    noise,
    hygiene,
    checks,
    alarms,
    leftOut,
  };
}

function scans({ watches }: Expectation, { boot }: Observation): CheckResult[] {
  if (!watches) return [];
  const problems = boot?.scans_ended ? [] : ['they did not, so nothing is watched in real time'];
  return [{ name: "OSSEC's first scans end", problems }];
}

function twins(one: Identity, other: Identity): CheckResult[] {
  const shared = Object.entries(one.host_keys).filter(
    ([name, digest]) => digest !== null && digest === other.host_keys[name],
  );
  const keys = shared.map(([name]) => `${name} is the same on both`);
  const none = Object.keys(one.host_keys).length === 0 ? ['there is no host key'] : [];
  const ids =
    one.machine_id === null || one.machine_id === other.machine_id
      ? ['it is the same on both, or empty']
      : [];
  return [
    { name: 'two boots have different host keys', problems: [...none, ...keys] },
    { name: 'two boots have different machine ids', problems: ids },
  ];
}

function ownCheck(name: string, { checks }: Observation): CheckResult {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) return { name, problems: ['it was not run'] };
  const { exit_code: code, seconds, output } = found;
  if (code === 0) return { name, problems: [] };
  const how = code === null ? `it did not end in ${seconds} s` : `exit code ${code} after ${seconds} s`;
  return { name, problems: [output === '' ? how : `${how}: ${output}`] };
}

function allAlarms({ tampering: { plants, sequence } }: Expectation, observed: Observation): AlarmResult[] {
  return [...plants, sequence].map(({ name, rules, hook, within_seconds }) => {
    const found = observed.tampering?.find((one) => one.name === name);
    const tampering = { name, rules, hook, within_seconds };
    return {
      ...tampering,
      did: found?.did ?? '',
      seconds: found?.seconds ?? null,
      hookSeconds: (hook === null ? undefined : found?.hooks[hook]) ?? null,
      problem: found === undefined ? 'it was not tried' : deafness(tampering, found),
    };
  });
}

/** Why an alarm did not ring as it should; undefined where it did. */
function deafness(
  { rules, hook, within_seconds: limit }: Pick<AlarmResult, 'rules' | 'hook' | 'within_seconds'>,
  { problem, seconds, hooks }: ObservedTampering,
): string | undefined {
  if (problem !== '') return problem;
  const named = rules.length === 1 ? `rule ${rules[0]}` : `one of the rules ${rules.join(', ')}`;
  if (seconds === null) return `no alert of ${named} within ${limit} s`;
  if (seconds > limit) return `${named} alerted only after ${seconds} s, not within ${limit} s`;
  if (hook === null) return undefined;
  const others = Object.keys(hooks).filter((name) => name !== hook);
  if (others.length > 0)
    return `${others.join(', ')} was told, too, and the fleet file routes it to ${hook} alone`;
  return hooks[hook] === undefined ? `${hook} was not told of it within ${limit} s` : undefined;
}
