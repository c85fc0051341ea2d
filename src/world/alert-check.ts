/** The door to the alerts of new instances, through SSM and the document that only looks. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Failed } from '../failure.ts';
import type { OwnDocument } from '../instances/documents.ts';
import { lookForGrave } from '../instances/look-at-alerts.ts';
import { judgeAlerts } from '../rollout/checks/alerts.ts';
import type { AlertCheck, CheckPlace, CheckResult } from '../rollout/checks/model.ts';
import type { Commands } from './ssm-model.ts';

export interface AlertCheckWorld {
  readonly commands: Commands;
  readonly document: OwnDocument;
  readonly signal: AbortSignal;
}

/** Asks each instance, within the check's limit. What goes wrong is the check's result. */
export async function runAlertCheck(
  check: AlertCheck,
  { instances: instanceIds }: CheckPlace,
  { commands, document, signal }: AlertCheckWorld,
): Promise<CheckResult> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(check.limitSeconds * 1000)]);
  const doors = {
    commands,
    sleep: (seconds: number) => sleep(seconds * 1000, undefined, { signal: limit }).catch(() => undefined),
    isInterrupted: () => limit.aborted,
  };
  try {
    return judgeAlerts(check, await lookForGrave(doors, document, { instanceIds, level: check.level }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { passed: false, why: error.message };
  }
}
