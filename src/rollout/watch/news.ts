/** What is new between two looks at a group. Pure. */

import { hasEnded, type Instance, type Refresh, type RefreshStatus } from '../model.ts';
import { counted } from '../preflight/facts.ts';
import type { Look, News, ScalingActivity } from './model.ts';
import { targetNews } from './targets.ts';

/** Everything worth saying, in the order in which to say it. `before` is undefined for the first look. */
export function newsOf(before: Look | undefined, now: Look): News[] {
  return [
    ...statusNews(before?.refresh, now.refresh),
    ...progressNews(before, now),
    ...instanceNews(before?.group.instances ?? [], now.group.instances),
    ...failureNews(before?.activities ?? [], now.activities),
    ...sickNews(before?.activities ?? [], now.activities),
    ...targetNews(before?.targets ?? [], now.targets),
  ];
}

function statusNews(before: Refresh | undefined, { status, reason }: Refresh): News[] {
  if (before?.status === status) return [];
  const words = reason === '' ? STATUS_WORDS[status] : `${STATUS_WORDS[status]}: ${reason}`;
  return [{ level: WORRYING.has(status) ? 'warning' : 'info', text: words }];
}

const STATUS_WORDS: Readonly<Record<RefreshStatus, string>> = {
  Pending: 'the refresh is about to begin',
  InProgress: 'the refresh is in progress',
  Baking: 'everything is replaced, the bake time has begun',
  Successful: 'the refresh was successful',
  Failed: 'the refresh failed',
  Cancelling: 'the refresh is being cancelled',
  Cancelled: 'the refresh was cancelled',
  RollbackInProgress: 'the refresh is being rolled back',
  RollbackSuccessful: 'the refresh was rolled back',
  RollbackFailed: 'the rollback failed',
};

const WORRYING: ReadonlySet<RefreshStatus> = new Set([
  'Failed',
  'RollbackInProgress',
  'RollbackSuccessful',
  'RollbackFailed',
]);

/** The percentage, and what AWS says that it waits for. */
function progressNews(before: Look | undefined, { refresh }: Look): News[] {
  if (hasEnded(refresh.status) || before?.refresh.status !== refresh.status) return [];
  const { percentComplete, instancesToUpdate, reason } = refresh;
  const isNew = percentComplete !== before.refresh.percentComplete;
  const waits = reason !== before.refresh.reason && reason !== '';
  return [
    ...(isNew
      ? [
          {
            level: 'info' as const,
            text: `${percentComplete} % done, ${counted(instancesToUpdate, 'instance')} to go`,
          },
        ]
      : []),
    ...(waits ? [{ level: 'info' as const, text: reason }] : []),
  ];
}

/** Which instances come, are in service, turn sick and go. */
function instanceNews(before: readonly Instance[], now: readonly Instance[]): News[] {
  if (before.length === 0) return [];
  const known = new Map(before.map((one) => [one.id, one]));
  const came = now.filter(({ id }) => !known.has(id));
  const entered = now.filter((one) => one.lifecycle === 'InService' && hasChanged(known, one));
  const sick = now.filter(
    ({ id, health }) => health === 'Unhealthy' && known.get(id)?.health !== 'Unhealthy',
  );
  const leaving = now.filter((one) => one.lifecycle.startsWith('Terminating') && hasChanged(known, one));
  const gone = before.filter((one) => !now.some(({ id }) => id === one.id));
  return [
    ...said('info', 'launching', came),
    ...said('info', 'in service', entered),
    ...said('warning', 'unhealthy', sick),
    ...said('info', 'terminating', leaving),
    ...said('info', 'gone', gone),
  ];
}

/** The same stage means the same to people, whatever waits in it. */
function hasChanged(known: ReadonlyMap<string, Instance>, { id, lifecycle }: Instance): boolean {
  const before = known.get(id);
  return before !== undefined && stageOf(before.lifecycle) !== stageOf(lifecycle);
}

function stageOf(lifecycle: string): string {
  return lifecycle.split(':')[0] ?? lifecycle;
}

function said(level: News['level'], what: string, instances: readonly Instance[]): News[] {
  return instances.length === 0
    ? []
    : [{ level, text: `${what}: ${instances.map(({ id }) => id).join(', ')}` }];
}

/**
 * A likely failure is named while it happens: `3 launches failed: …`, each reason when it is new, and again when
 * there are twice as many.
 */
function failureNews(before: readonly ScalingActivity[], now: readonly ScalingActivity[]): News[] {
  const reasons = new Set(failed(now).map(({ message }) => message));
  return [...reasons].flatMap((reason) => {
    const [was, is] = [before, now].map((all) => timesOf(all, reason));
    if (is === undefined || magnitude(is) <= magnitude(was ?? 0)) return [];
    return [{ level: 'warning', text: `${is} ${is === 1 ? 'launch' : 'launches'} failed: ${reason}` }];
  });
}

/** Why instances were taken out of service: which health check it was, of EC2 or of a target group. */
function sickNews(before: readonly ScalingActivity[], now: readonly ScalingActivity[]): News[] {
  const causes = new Set(now.flatMap((activity) => sicknessOf(activity) ?? []));
  return [...causes].flatMap((cause) => {
    const count = (all: readonly ScalingActivity[]) => all.filter((one) => sicknessOf(one) === cause).length;
    if (magnitude(count(now)) <= magnitude(count(before))) return [];
    return [{ level: 'warning', text: `${counted(count(now), 'instance')} taken out: ${cause}` }];
  });
}

/** Without the time at which it was: what is the same shall be counted. */
function sicknessOf({ description, cause }: ScalingActivity): string | undefined {
  if (!description.startsWith('Terminating')) return undefined;
  return /in response to (.*health check.*?)\.?$/i.exec(cause)?.[1];
}

function timesOf(activities: readonly ScalingActivity[], reason: string): number {
  return failed(activities).filter(({ message }) => message === reason).length;
}

/** 0 for none, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, … */
function magnitude(count: number): number {
  return count.toString(2).replace(/^0$/, '').length;
}

function failed(activities: readonly ScalingActivity[]): ScalingActivity[] {
  return activities.filter(
    ({ outcome, description }) => outcome === 'failed' && description.startsWith('Launching'),
  );
}
