/** DescribeInstanceInformation: what SSM knows of the instances whose agents have spoken to it. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import type { Instance } from '../state/model.ts';
import { PAGING, pageOf, read, type SsmCall, seconds } from './call.ts';

const DESCRIBE = z.strictObject({
  ...PAGING,
  Filters: z
    .array(z.strictObject({ Key: z.string(), Values: z.array(z.string()).min(1).max(50) }))
    .default([]),
});

export function describeInformation({ state, commands, now }: World, call: SsmCall): object {
  const { Filters, ...paging } = read(DESCRIBE, call);
  const known = [...state.instances.values()]
    .filter(({ region }) => region === call.region)
    .map((instance) => ({ instance, agent: commands.agents.stateOf(instance) }))
    .filter(({ agent }) => agent !== 'absent')
    .filter(({ instance, agent }) =>
      Filters.every(({ Key, Values }) =>
        valuesOf(Key, instance, pingOf(agent)).some((v) => Values.includes(v)),
      ),
    );
  const { page, next } = pageOf(known, paging);
  return {
    InstanceInformationList: page.map(({ instance, agent }) => ({
      InstanceId: instance.id,
      PingStatus: pingOf(agent),
      LastPingDateTime: seconds(agent === 'online' ? now() : instance.launchTime),
      AgentVersion: '3.3.2746.0',
      IsLatestVersion: true,
      PlatformType: 'Linux',
      PlatformName: 'Debian GNU/Linux',
      ResourceType: 'EC2Instance',
      IPAddress: instance.bridgeAddress,
    })),
    ...next,
  };
}

function pingOf(agent: string): string {
  return agent === 'online' ? 'Online' : 'ConnectionLost';
}

function valuesOf(key: string, { id, tags }: Instance, ping: string): readonly string[] {
  if (key === 'InstanceIds') return [id];
  if (key === 'PingStatus') return [ping];
  if (key === 'PlatformTypes') return ['Linux'];
  if (key === 'ResourceType') return ['EC2Instance'];
  if (key === 'tag-key') return [...tags.keys()];
  if (key.startsWith('tag:')) return [tags.get(key.slice('tag:'.length)) ?? ''];
  throw new AwsError('InvalidInstanceInformationFilterValue', `The filter ${key} is not valid.`);
}
