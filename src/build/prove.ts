/** Makes an image golden, or says why it stays what it is. */

import type { Emit } from '../events.ts';
import { Failed, fail } from '../failure.ts';
import { digestOfReport, REPORT } from '../images/reports.ts';
import { TAG } from '../plan/tags.ts';
import type { Assets } from '../render/assets.ts';
import { verifyPage } from '../report/verify/page.ts';
import type { VerifyReport } from '../verify/model.ts';
import { inShort } from '../verify/words.ts';
import type { ReportStore } from '../world/report-store.ts';
import type { Subject, Verify } from './verifier.ts';

export interface ProveOptions {
  readonly verify: Verify;
  readonly store: ReportStore;
  readonly tag: (imageId: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  /** Templates of the page. */
  readonly assets: Assets;
  readonly emit: Emit;
}

/** The image's state afterwards. @throws Failed where the verification has failed, or could not be done */
export type Prove = (subject: Subject) => Promise<string>;

/**
 * Verifies an image, and keeps the report whatever it says; its digest is in the tags with the new state, set
 * in one call.
 */
export function openProve(options: ProveOptions): Prove {
  return async (subject) => {
    const { emit, tag } = options;
    const report = await options.verify(subject);
    const { digest, page } = await keepReport(report, options);
    emit({ type: 'verify.finished', image: subject.role.name, report, page });
    if (report.verdict === 'failed') return notGolden(report, page);
    await tag(subject.imageId, { [TAG.state]: report.verdict, [TAG.verification]: digest });
    return report.verdict;
  };
}

/** Here it is always kept; an image is as golden where a shared place refuses it. */
async function keepReport(
  report: VerifyReport,
  { store, emit, assets }: ProveOptions,
): Promise<{ readonly digest: string; readonly page: string }> {
  const content = Buffer.from(`${JSON.stringify(report, undefined, 1)}\n`);
  const digest = digestOfReport(content);
  const page = REPORT.verifyPage(digest);
  try {
    await store.write(REPORT.verification(digest), content);
    await store.write(page, Buffer.from(verifyPage(report, assets)));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const text = `${report.role}: the report of its verification is only on this machine: ${error.message}`;
    emit({ type: 'notice', level: 'warning', text });
  }
  return { digest, page: store.pathOf(page) };
}

function notGolden(report: VerifyReport, page: string): never {
  fail({
    kind: 'build',
    image: report.role,
    problem: `${report.imageName} stays a candidate: ${inShort(report)}`,
    remedy: `declare what is meant to be so and mend the rest; the whole report: ${page}`,
  });
}
