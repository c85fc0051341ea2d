/** Progress of what takes long. */

import type { Progress } from '../model.ts';

export type Report = (progress: Progress) => void;

/** How often a detail that changes all the time is worth showing. */
const PAUSE_MILLISECONDS = 250;

/** Reports begin and end of `work`; `work` says by its argument what it is at. */
export async function reported<T>(
  report: Report,
  item: string,
  detail: string,
  work: (tell: (detail: string) => void) => Promise<T>,
): Promise<T> {
  const startedAt = Date.now();
  report({ type: 'setup.started', item, detail });
  let toldAt = 0;
  const result = await work((now) => {
    if (Date.now() - toldAt < PAUSE_MILLISECONDS) return;
    toldAt = Date.now();
    report({ type: 'setup.progress', item, detail: now.trimEnd() });
  });
  report({ type: 'setup.finished', item, detail: `${((Date.now() - startedAt) / 1000).toFixed(1)} s` });
  return result;
}
