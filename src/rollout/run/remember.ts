/** Notes on a group what its rollout can be undone to, once AWS itself no longer can. */

import { Failed } from '../../failure.ts';
import { readUndo, undoTags } from '../plan/undo.ts';
import { previousOf } from '../plan/version.ts';
import type { Doors } from './doors.ts';
import type { Outcome } from './outcome.ts';

/**
 * Of a success, whoever began it; `tags`: what the group has noted. That it can't be noted does not spoil the
 * success: `undo` finds more.
 */
export async function remember(
  { rollouts, say }: Doors,
  { group, kind, refresh }: Outcome,
  tags: ReadonlyMap<string, string>,
): Promise<void> {
  const { id: templateId, version: after } = refresh?.desired?.launchTemplate ?? {};
  if (kind !== 'done' || templateId === undefined) return;
  // A way back is not what to go back from.
  if (readUndo(tags)?.version === Number(after)) return;
  try {
    const { versions } = await rollouts.versions(templateId);
    const version = previousOf(Number(after), { versions });
    const imageId = versions.find(({ number }) => number === version)?.imageId;
    if (version === undefined || imageId === undefined) return;
    await rollouts.tag(group, undoTags({ templateId, version, replacedBy: Number(after), imageId }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    say(group, { level: 'warning', text: `what to go back to could not be noted: ${error.message}` });
  }
}
