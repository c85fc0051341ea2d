/** Rollouts with canaries in their environment, and in the credentials. */

import { verdictOf } from '../checks.ts';
import type { Verdict, World } from '../model.ts';
import { onceIn } from '../once.ts';
import { openRolled } from '../rolled.ts';
import { watchArguments } from './arguments.ts';
import { carries, newCanaries } from './canaries.ts';
import { sinceNow } from './files.ts';
import { placesOf } from './look.ts';

interface Way {
  /** More of `rollout:`. */
  readonly settings?: string;
  readonly faults?: readonly object[];
  readonly exitCode: number;
}

const REGION = 'us-west-1';
const checked = (run: string) =>
  `, checkpoints: [50, 100], checkpoint_delay: 25s, checks: [{ name: smoke, run: '${run}', time_limit: 1s }]`;
const refused = (action: string, code: string) => [
  { action, times: 100_000, effect: { kind: 'refuse', code, status: 403 } },
];

export const ROLLOUTS: Readonly<Record<string, Way>> = {
  'a rollout with a check that knows one': { settings: checked('test -n "$SECRET_TOKEN"'), exitCode: 0 },
  'a rollout whose check fails': { settings: checked('test -z "$SECRET_TOKEN"'), exitCode: 4 },
  'a rollout whose refresh is denied': {
    faults: refused('autoscaling:StartInstanceRefresh', 'AccessDenied'),
    exitCode: 1,
  },
  'a rollout whose credentials have expired': { faults: refused('*', 'ExpiredToken'), exitCode: 1 },
};

const rolledIn = onceIn((world) => openRolled(world, REGION));

export async function attemptRollout(
  world: World,
  { settings, faults = [], exitCode }: Way,
): Promise<Verdict> {
  const { server, caller, environment, control, folder, reset, run, command } = await rolledIn(world);
  await reset(settings);
  const canaries = newCanaries();
  const hearts = [...canaries.hearts, environment.AWS_SECRET_ACCESS_KEY];
  await using since = await sinceNow();
  const watch = watchArguments(hearts);
  await control('PUT', 'faults', faults);
  // Only with the right credentials anybody answers.
  const ended = await run(command(), { ...canaries.environment, AWS_SESSION_TOKEN: '', ...environment });
  await control('PUT', 'faults', []);
  return verdictOf(ended, [
    ...(ended.exitCode === exitCode ? [] : [`it ended with ${ended.exitCode}, not ${exitCode}`]),
    ...(await watch.end()),
    ...(carries(server.lines.join('\n'), hearts) ? ["in the log of AWS's server"] : []),
    ...(await placesOf(hearts, ended, { caller, region: REGION, since, folders: [folder] })),
  ]);
}
