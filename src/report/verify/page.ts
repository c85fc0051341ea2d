/** A verification as a page of HTML that needs nothing else. Pure. */

import type { Assets } from '../../render/assets.ts';
import { renderTemplate } from '../../render/template.ts';
import type { AlarmResult, CheckResult, VerifyReport } from '../../verify/model.ts';
import { allWrong, secondsOf, slowest } from '../../verify/words.ts';
import { formatDuration } from '../duration.ts';
import { quoteHtml } from '../html-text.ts';
import { corePercent } from './lines.ts';

export function verifyPage(report: VerifyReport, assets: Assets): string {
  return renderTemplate('verify-page.html', view(report), quoteHtml, assets);
}

const GOOD = { mark: '✓', markClass: 'yes' };
const BAD = { mark: '✖', markClass: 'no' };

function view(report: VerifyReport): Record<string, unknown> {
  const { imageName, imageId, role, fleet, at, bakeVersion, run, verdict, alarms } = report;
  const slow = slowest(alarms);
  const scale = Math.max(10, Math.ceil((slow === undefined ? 0 : secondsOf(slow)) / 10) * 10);
  const wrong = allWrong(report);
  return {
    ...{ imageName, imageId, role, fleet, at, bakeVersion, run, verdict, scale },
    took: formatDuration(report.milliseconds),
    facts: facts(report),
    hasWrong: wrong.length > 0,
    wrong,
    hasAlarms: alarms.length > 0,
    alarms: alarms.map((alarm) => alarmRow(alarm, scale)),
    leftOut: report.leftOut,
    hygiene: report.hygiene.map(checkRow),
    hasChecks: report.checks.length > 0,
    checks: report.checks.map(checkRow),
  };
}

function facts({ boot, noise, alarms, hygiene }: VerifyReport) {
  const good = hygiene.filter(({ problems }) => problems.length === 0).length;
  const rang = alarms.filter(({ problem }) => problem === undefined).length;
  return [
    ...(boot === undefined
      ? []
      : [
          { value: String(noise.length), label: 'alerts on a quiet boot' },
          { value: `${boot.seconds} s`, label: 'until the first scans ended' },
          { value: `${corePercent(boot)} %`, label: 'of a core for them' },
        ]),
    ...(alarms.length === 0 ? [] : [{ value: `${rang}/${alarms.length}`, label: 'alarms rang' }]),
    { value: `${good}/${hygiene.length}`, label: 'looks, all well' },
  ];
}

function alarmRow({ name, did, rules, hook, seconds, hookSeconds, problem }: AlarmResult, scale: number) {
  const percent = (value: number) => Math.min(100, Math.round((value / scale) * 1000) / 10);
  return {
    ...(problem === undefined ? GOOD : BAD),
    ...{ name, did, problem },
    rules: rules.join(', '),
    hook: hook ?? 'none',
    seconds: seconds === null ? 'never' : `${seconds} s`,
    bar: percent(seconds ?? 0),
    hookAt: hookSeconds === null ? [] : [percent(hookSeconds)],
  };
}

function checkRow({ name, problems }: CheckResult) {
  return { ...(problems.length === 0 ? GOOD : BAD), name, problems };
}
