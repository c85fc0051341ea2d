/**
 * The way out that security groups leave. An instance whose groups have no rule for it is silent, as on AWS; a rule,
 * whatever it says, lets all out.
 */

import type { MotoClient } from '../moto-client.ts';
import type { Instance } from '../state/model.ts';
import type { World } from './action.ts';
import { Surroundings } from './surroundings.ts';

/** @throws AwsError where its groups are not there */
export async function isSilent(moto: MotoClient, { region, securityGroups }: Instance): Promise<boolean> {
  const ids = securityGroups.map(({ id }) => id);
  const counts = await new Surroundings(moto, region).egressRules(ids);
  return counts.every((count) => count === 0);
}

/** What moto does about the way out. */
const EGRESS: ReadonlySet<string> = new Set([
  'AuthorizeSecurityGroupEgress',
  'ModifySecurityGroupRules',
  'RevokeSecurityGroupEgress',
]);

/** After an operation of moto's: what it changed is in force when this ends. */
export async function afterEc2(
  { state, instanceLife }: World,
  operation: string,
  region: string,
): Promise<void> {
  if (!EGRESS.has(operation)) return;
  const here = [...state.instances.values()].filter((instance) => instance.region === region);
  for (const { id } of here) await instanceLife.confine(id);
}
