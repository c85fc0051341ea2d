/** The door to the images of a region: what is known of them, and what can be done to them. */

import type { EC2Client, Image } from '@aws-sdk/client-ec2';
import { TAG } from '../../plan/tags.ts';
import { explained } from '../aws-errors.ts';
import { type TaggedImage, taggedImage } from './record.ts';

export interface Images {
  readonly region: string;
  /** The account's own images of a fleet, also those that are disabled or deprecated. */
  list(fleet: string): Promise<TaggedImage[]>;
  /** Undefined where there is no such image of bake's, or it is not this account's. */
  describe(imageId: string): Promise<TaggedImage | undefined>;
  /** Accounts, organizations and groups that may launch an image. */
  sharedWith(imageId: string): Promise<string[]>;
  tag(imageId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** `at`: ISO 8601, in the future. */
  deprecate(imageId: string, at: string): Promise<void>;
  share(imageId: string, accounts: readonly string[]): Promise<void>;
  /** Copies an image of another region, its tags included; returns the pending copy's id. */
  copy(source: CopySource): Promise<string>;
  disable(imageId: string): Promise<void>;
  /** Deletes the image and its snapshots; returns the snapshots that could not be deleted. */
  remove(imageId: string): Promise<string[]>;
}

export interface CopySource {
  readonly region: string;
  readonly imageId: string;
  readonly name: string;
  /** Encrypts the copy; undefined: it is as AWS makes it, encrypted where the source is. */
  readonly kmsKey: string | undefined;
}

export function openImages(region: string, ec2: () => Promise<EC2Client>): Images {
  return {
    region,
    list: async (fleet) => list(await ec2(), region, fleet),
    describe: async (imageId) => describe(await ec2(), region, imageId),
    sharedWith: async (imageId) => sharedWith(await ec2(), imageId),
    tag: async (imageId, tags) => tag(await ec2(), imageId, tags),
    deprecate: async (imageId, at) => deprecate(await ec2(), imageId, at),
    share: async (imageId, accounts) => share(await ec2(), imageId, accounts),
    copy: async (source) => copy(await ec2(), source),
    disable: async (imageId) => disable(await ec2(), imageId),
    remove: async (imageId) => remove(await ec2(), imageId),
  };
}

async function list(client: EC2Client, region: string, fleet: string): Promise<TaggedImage[]> {
  const { paginateDescribeImages } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeImages', async () => {
    const found: Image[] = [];
    const query = {
      Owners: ['self'],
      Filters: [{ Name: `tag:${TAG.fleet}`, Values: [fleet] }],
      IncludeDisabled: true,
    };
    for await (const page of paginateDescribeImages({ client }, query)) found.push(...(page.Images ?? []));
    return found.flatMap((image) => taggedImage(image, region) ?? []);
  });
}

async function describe(
  client: EC2Client,
  region: string,
  imageId: string,
): Promise<TaggedImage | undefined> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
  const { Images: found = [] } = await explained('ec2:DescribeImages', () =>
    client.send(
      new DescribeImagesCommand({
        Owners: ['self'],
        Filters: [{ Name: 'image-id', Values: [imageId] }],
        IncludeDisabled: true,
      }),
    ),
  );
  return found[0] === undefined ? undefined : taggedImage(found[0], region);
}

async function sharedWith(client: EC2Client, ImageId: string): Promise<string[]> {
  const { DescribeImageAttributeCommand } = await import('@aws-sdk/client-ec2');
  const { LaunchPermissions = [] } = await explained('ec2:DescribeImageAttribute', () =>
    client.send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })),
  );
  return LaunchPermissions.flatMap(
    ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? [],
  );
}

async function tag(
  client: EC2Client,
  imageId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const { CreateTagsCommand } = await import('@aws-sdk/client-ec2');
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await explained('ec2:CreateTags', () => client.send(new CreateTagsCommand({ Resources: [imageId], Tags })));
}

async function deprecate(client: EC2Client, ImageId: string, at: string): Promise<void> {
  const { EnableImageDeprecationCommand } = await import('@aws-sdk/client-ec2');
  await explained('ec2:EnableImageDeprecation', () =>
    client.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt: new Date(at) })),
  );
}

async function share(client: EC2Client, ImageId: string, accounts: readonly string[]): Promise<void> {
  const { ModifyImageAttributeCommand } = await import('@aws-sdk/client-ec2');
  const LaunchPermission = { Add: accounts.map((UserId) => ({ UserId })) };
  await explained('ec2:ModifyImageAttribute', () =>
    client.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission })),
  );
}

async function copy(client: EC2Client, { region, imageId, name, kmsKey }: CopySource): Promise<string> {
  const { CopyImageCommand } = await import('@aws-sdk/client-ec2');
  const answer = await explained('ec2:CopyImage', () =>
    client.send(
      new CopyImageCommand({
        SourceRegion: region,
        SourceImageId: imageId,
        Name: name,
        CopyImageTags: true,
        ...(kmsKey === undefined ? {} : { Encrypted: true, KmsKeyId: kmsKey }),
      }),
    ),
  );
  return answer.ImageId ?? '';
}

async function disable(client: EC2Client, ImageId: string): Promise<void> {
  const { DisableImageCommand } = await import('@aws-sdk/client-ec2');
  await explained('ec2:DisableImage', () => client.send(new DisableImageCommand({ ImageId })));
}

async function remove(client: EC2Client, ImageId: string): Promise<string[]> {
  const { DeregisterImageCommand } = await import('@aws-sdk/client-ec2');
  const { DeleteSnapshotResults = [] } = await explained('ec2:DeregisterImage', () =>
    client.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })),
  );
  return DeleteSnapshotResults.flatMap(({ SnapshotId, ReturnCode }) =>
    ReturnCode === 'success' || SnapshotId === undefined ? [] : [SnapshotId],
  );
}
