/** The door to the alerts of new instances, through SSM. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Failed } from '../failure.ts';
import { runCommand } from '../instances/run-command.ts';
import { alertScript, judgeAlerts } from '../rollout/checks/alerts.ts';
import type { AlertCheck, CheckPlace, CheckResult } from '../rollout/checks/model.ts';
import type { Commands } from './ssm-commands.ts';

/** Asks each instance, within the check's limit. What goes wrong is the check's result. */
export async function runAlertCheck(
  check: AlertCheck,
  { instances, group }: CheckPlace,
  { commands, signal }: { readonly commands: Commands; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(check.limitSeconds * 1000)]);
  const doors = {
    commands,
    sleep: (seconds: number) => sleep(seconds * 1000, undefined, { signal: limit }).catch(() => undefined),
    isInterrupted: () => limit.aborted,
  };
  try {
    const outcomes = await runCommand(doors, {
      instanceIds: instances,
      document: { name: 'AWS-RunShellScript' },
      parameters: { commands: [alertScript(check)] },
      comment: `bake rollout: alerts of ${group}`.slice(0, 100),
      step: 'runShellScript',
    });
    const answers = [...outcomes.values()].map(({ instanceId, kind, problem, stdout, stderr }) => ({
      instanceId,
      problem: kind === 'done' ? '' : [problem, stderr.trim()].filter((text) => text !== '').join(': '),
      stdout,
    }));
    return judgeAlerts(check, answers);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { passed: false, why: error.message };
  }
}
