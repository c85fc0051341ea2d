/** The door to instances as EC2 knows them. */

import type { EC2Client } from '@aws-sdk/client-ec2';
import { explained } from './aws-errors.ts';

export interface KnownInstance {
  readonly id: string;
  readonly imageId: string;
  /** `running` */
  readonly state: string;
  readonly hasProfile: boolean;
  readonly tags: ReadonlyMap<string, string>;
}

export interface Instances {
  /** Those of the ids that there are. */
  describe(ids: readonly string[]): Promise<KnownInstance[]>;
  tag(ids: readonly string[], tags: ReadonlyMap<string, string>): Promise<void>;
}

/** What DescribeInstances takes as values of a filter, and CreateTags as resources. */
const IDS_A_CALL = 200;

export function openInstances(ec2: () => Promise<EC2Client>): Instances {
  return {
    describe: async (ids) => {
      const { paginateDescribeInstances: paginate } = await import('@aws-sdk/client-ec2');
      const client = await ec2();
      const found: KnownInstance[] = [];
      for (let from = 0; from < ids.length; from += IDS_A_CALL) {
        // Not by its ids: one that is gone would refuse them all.
        const Filters = [{ Name: 'instance-id', Values: ids.slice(from, from + IDS_A_CALL) }];
        await explained('ec2:DescribeInstances', async () => {
          for await (const { Reservations = [] } of paginate({ client }, { Filters })) {
            for (const {
              InstanceId = '',
              ImageId = '',
              State,
              IamInstanceProfile,
              Tags = [],
            } of Reservations.flatMap(({ Instances: all = [] }) => all)) {
              const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
              found.push({
                ...{ id: InstanceId, imageId: ImageId, state: State?.Name ?? '', tags },
                hasProfile: IamInstanceProfile !== undefined,
              });
            }
          }
        });
      }
      return found;
    },
    tag: async (ids, tags) => {
      const { CreateTagsCommand: Command } = await import('@aws-sdk/client-ec2');
      const client = await ec2();
      const Tags = [...tags].map(([Key, Value]) => ({ Key, Value }));
      for (let from = 0; from < ids.length; from += IDS_A_CALL) {
        const Resources = ids.slice(from, from + IDS_A_CALL);
        await explained('ec2:CreateTags', () => client.send(new Command({ Resources, Tags })));
      }
    },
  };
}
