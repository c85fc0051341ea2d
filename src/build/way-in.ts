/** How verification reaches an instance: Packer's own security group, or one that lets nothing out. */

import type { Context } from '../context.ts';
import { Failed } from '../failure.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { knowsUrl, quietGroup } from '../verify/quiet.ts';
import type { Site } from '../world/site.ts';
import { sshSource } from './baker.ts';

export interface WayInOptions {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly role: Role;
  readonly site: Pick<Site, 'myAddress'> & { readonly aws: Pick<Site['aws'], 'quietNetwork'> };
  readonly runId: string;
}

/** Runs `work` with the Packer variables that say it; a group of its own is gone afterwards, however that ends. */
export async function withWayIn<T>(
  options: WayInOptions,
  work: (variables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { fleet, role, site, runId } = options;
  const sources = await sshSource({ fleet, site });
  if (!knowsUrl(fleet, role)) return work({ ssh_source_cidrs: JSON.stringify(sources) });
  const groupId = await site.aws.quietNetwork.open(quietGroup(fleet, role, { runId, sources }));
  try {
    return await work({ security_group_id: groupId });
  } finally {
    await close(groupId, options);
  }
}

/** An image is as golden where its group stays, and what had failed before is what is to be told. */
async function close(groupId: string, { context, role, site }: WayInOptions): Promise<void> {
  try {
    await site.aws.quietNetwork.close(groupId, context.killSignal);
  } catch (error) {
    if (!(error instanceof Failed) && !context.killSignal.aborted) throw error;
    const why = error instanceof Failed ? error.message : 'interrupted';
    context.reporter.emit({
      type: 'notice',
      level: 'warning',
      text: `${role.name}: the security group ${groupId} of its verification is left: ${why}`,
      remedy: '`bake reap` removes it',
    });
  }
}
