/** The door to KMS: who manages a key. */

import type { KMSClientConfig } from '@aws-sdk/client-kms';
import { explained } from './aws-errors.ts';
import { lazily } from './lazily.ts';

export interface Keys {
  /** Whether AWS manages a key (by id, ARN or alias), so that no other account can be let use it. */
  isManagedByAws(key: string): Promise<boolean>;
}

export function openKeys(settings: KMSClientConfig): Keys {
  const client = lazily(async () => new (await import('@aws-sdk/client-kms')).KMSClient(settings));
  return {
    isManagedByAws: async (key) => {
      // Nobody else can make such an alias.
      if (/(?:^|:)alias\/aws\//.test(key)) return true;
      const { DescribeKeyCommand } = await import('@aws-sdk/client-kms');
      const { KeyMetadata } = await explained('kms:DescribeKey', async () =>
        (await client()).send(new DescribeKeyCommand({ KeyId: key })),
      );
      return KeyMetadata?.KeyManager === 'AWS';
    },
  };
}
