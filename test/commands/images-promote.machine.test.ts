/** `bake images promote` and `retire` on a rehearsal's server, in two regions. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  CopyImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  EC2Client,
  type Image,
} from '@aws-sdk/client-ec2';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { imagesPromote, type PromoteCommandOptions } from '../../src/commands/images-promote.ts';
import { imagesRetire } from '../../src/commands/images-retire.ts';
import { Failed } from '../../src/failure.ts';
import { untilImage } from '../rehearsal/server/ec2-steps.ts';
import { serverTests, type TestServer } from '../rehearsal/server/support.ts';
import { ImaginedFleet } from '../support/imagined-fleet.ts';

const serverTest = serverTests();

const SETTINGS = (other: string) => `images:
  parameters: /golden
  accounts: ["222222222222", "333333333333"]
  regions: { ${other}: { kms_key: alias/images } }
`;

/** Opens a fleet that copies to `other`, where the key is. */
async function openFleet(server: TestServer, t: TestContext, home: string, other: string) {
  const kms = new KMSClient({ ...server.client, region: other });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/images', TargetKeyId: KeyMetadata?.KeyId }));
  return ImaginedFleet.open(server, t, home, SETTINGS(other));
}

/** A region, as it is after a command. */
class Region {
  readonly #ec2: EC2Client;
  readonly #ssm: SSMClient;
  constructor({ client }: TestServer, region: string) {
    this.#ec2 = new EC2Client({ ...client, region });
    this.#ssm = new SSMClient({ ...client, region });
  }
  async images(): Promise<Image[]> {
    const { Images = [] } = await this.#ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
    return Images;
  }
  async parameters(): Promise<Record<string, string>> {
    const { Parameters = [] } = await this.#ssm.send(
      new GetParametersByPathCommand({ Path: '/golden', Recursive: true }),
    );
    return Object.fromEntries(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
  }
  async sharedWith(ImageId: string | undefined): Promise<string[]> {
    const show = new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' });
    const { LaunchPermissions = [] } = await this.#ec2.send(show);
    return LaunchPermissions.flatMap(({ UserId }) => UserId ?? []).sort();
  }
}

const tag = (image: Image | undefined, key: string) => image?.Tags?.find(({ Key }) => Key === key)?.Value;

async function promote(fleet: ImaginedFleet, parts: Partial<PromoteCommandOptions> = {}) {
  const { context, results, events } = fleet.context();
  const asked = parts.image === undefined ? { role: 'web' } : {};
  const options = { ...fleet.options, dryRun: false, ...asked, ...parts };
  const failed = await imagesPromote(context, options, fleet.open).then(
    () => undefined,
    (error) => (error instanceof Failed ? error : assert.fail(error)),
  );
  const said = events.flatMap((event) =>
    event.type === 'notice' && event.level === 'info' ? event.text : [],
  );
  return {
    failed: failed?.message,
    remedy: failed?.failures[0]?.remedy,
    lines: results[0]?.lines ?? [],
    said,
  };
}

serverTest('a promotion copies, shares, publishes and retires, in every region', async (server, t) => {
  const other = 'eu-west-2';
  const fleet = await openFleet(server, t, 'eu-west-1', other);
  const [here, there] = [new Region(server, fleet.region), new Region(server, other)];
  const old = await fleet.image({ digit: '1' });
  const golden = await fleet.image({ digit: '2' });
  await fleet.image({ digit: '3', state: 'candidate' });

  const dry = await promote(fleet, { dryRun: true });
  assert.equal(dry.failed, undefined);
  assert.deepEqual(
    dry.lines.map((line) => line.replace(/, deprecated from .*/, '')),
    [
      `eu-west-1: ${golden}`,
      '  share it with 222222222222, 333333333333',
      '  create the SSM parameter /golden/web/about',
      '  create the SSM parameter /golden/web',
      `  retire ${old} (shop-web-111111111111-1)`,
      'eu-west-2: to be copied',
      '  copy the image here, encrypted with alias/images',
      '  share it with 222222222222, 333333333333',
      '  create the SSM parameter /golden/web/about',
      '  create the SSM parameter /golden/web',
    ],
  );
  assert.deepEqual([await here.parameters(), await there.images()], [{}, []], 'a dry run changes nothing');

  assert.equal((await promote(fleet)).failed, undefined);
  const [copy] = await there.images();
  assert.equal(copy?.Name, 'shop-web-222222222222-1');
  assert.equal(tag(copy, 'bake:state'), 'golden');
  assert.match(copy?.BlockDeviceMappings?.[0]?.Ebs?.KmsKeyId ?? '', /alias\/images$/);
  assert.equal((await here.parameters())['/golden/web'], golden);
  assert.equal((await there.parameters())['/golden/web'], copy?.ImageId);
  const about = JSON.parse((await there.parameters())['/golden/web/about'] ?? '');
  assert.equal(about.fingerprint, '2'.repeat(64));
  for (const [region, id] of [
    [here, golden],
    [there, copy?.ImageId],
  ] as const)
    assert.deepEqual(await region.sharedWith(id), ['222222222222', '333333333333']);
  const retired = (await here.images()).find(({ ImageId }) => ImageId === old);
  assert.equal(tag(retired, 'bake:state'), 'retired');
  assert.ok(Date.parse(retired?.DeprecationTime ?? '') > Date.now() + 29 * 86_400_000);

  const again = await promote(fleet);
  assert.deepEqual(again.said, [], 'nothing is left to do');
});

serverTest('a region that fails is named, and the same command continues there', async (server, t) => {
  const other = 'eu-north-1';
  const fleet = await openFleet(server, t, 'eu-west-3', other);
  const [here, there] = [new Region(server, fleet.region), new Region(server, other)];
  const golden = await fleet.image({ digit: '2' });
  await fleet.refuse('ec2:CopyImage', 'ResourceLimitExceeded');
  const first = await promote(fleet);
  assert.match(first.failed ?? '', /^eu-north-1: ec2:CopyImage failed: ResourceLimitExceeded/);
  assert.match(first.remedy ?? '', /run the same command again: it continues/);
  assert.equal((await here.parameters())['/golden/web'], golden, 'the other region is done');
  assert.deepEqual(await there.parameters(), {});
  assert.deepEqual(first.lines, [`eu-west-3  ${golden}  promoted`, 'eu-north-1  -  not finished']);

  const second = await promote(fleet);
  assert.equal(second.failed, undefined);
  assert.ok(second.said.every((text) => text.startsWith('eu-north-1: ')));
  const [copy] = await there.images();
  assert.equal((await there.parameters())['/golden/web'], copy?.ImageId);
});

serverTest('a copy that AWS gave up is named, and the same command makes another one', async (server, t) => {
  const other = 'ap-southeast-1';
  const fleet = await openFleet(server, t, 'ap-southeast-2', other);
  await fleet.image({ digit: '2' });
  await fleet.fail('ec2:CopyImage', 'no space');
  const first = await promote(fleet);
  assert.match(first.failed ?? '', /^ap-southeast-1: the copy ami-\w+ in ap-southeast-1 .*: it is failed/);
  const [failed] = await new Region(server, other).images();
  assert.equal(failed?.State, 'failed');

  const second = await promote(fleet);
  assert.equal(second.failed, undefined);
  assert.equal(second.said[0], `${other}: remove the copy ${failed?.ImageId}, which has failed`);
  const images = await new Region(server, other).images();
  assert.deepEqual(
    images.map(({ State, Name }) => [State, Name]),
    [['available', 'shop-web-222222222222-1']],
  );
});

serverTest('a copy that another run has begun is waited for, and not made twice', async (server, t) => {
  const other = 'ap-south-1';
  const fleet = await openFleet(server, t, 'ap-south-2', other);
  const golden = await fleet.image({ digit: '2' });
  const begun = new CopyImageCommand({
    SourceImageId: golden,
    SourceRegion: fleet.region,
    Name: 'shop-web-222222222222-1',
    CopyImageTags: true,
  });
  const ec2 = new EC2Client({ ...server.client, region: other });
  const { ImageId = '' } = await ec2.send(begun);
  assert.equal((await promote(fleet)).failed, undefined);
  assert.equal((await new Region(server, other).images()).length, 1);
  await untilImage(ec2, ImageId, 'available');
});

serverTest('somebody who publishes at the same time is noticed', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'sa-east-1', 'images: { parameters: /golden }\n');
  await fleet.image({ digit: '2' });
  const ssm = new SSMClient({ ...server.client, region: fleet.region });
  const write = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: '/golden/web', Value, Type: 'String', Overwrite: true }));
  await write('ami-00000001');
  const site = await fleet.open();
  const { parameters } = site.aws;
  const inBetween = {
    ...site,
    aws: {
      ...site.aws,
      parameters: {
        ...parameters,
        write: async (parameter: Parameters<typeof parameters.write>[0]) => {
          if (parameter.name === '/golden/web') await write('ami-00000002');
          await parameters.write(parameter);
        },
      },
    },
  };
  const { context } = fleet.context();
  const options = { ...fleet.options, dryRun: false, role: 'web' };
  await assert.rejects(
    imagesPromote(context, options, async () => inBetween),
    /somebody else has written \/golden\/web at the same time: it was at version 1, and is at 3 now/,
  );
});

serverTest('what must not be promoted is refused before anything is done', async (server, t) => {
  const fleet = await openFleet(server, t, 'eu-central-2', 'eu-central-1');
  const here = new Region(server, fleet.region);
  const candidate = await fleet.image({ digit: '1', state: 'candidate' });
  assert.match((await promote(fleet)).failed ?? '', /the role web has no golden image/);
  assert.match((await promote(fleet, { image: candidate })).failed ?? '', /only golden images are promoted/);
  assert.match((await promote(fleet, { image: 'ami-0000000000000000f' })).failed ?? '', /has no image ami-0/);
  const byRole = await promote(fleet, { image: 'web' });
  assert.match(
    byRole.remedy ?? '',
    new RegExp(`^web is a role; its newest image is \\S+ \\(${candidate}\\)$`),
  );
  assert.match(
    (await promote(fleet, { image: candidate, role: 'web' })).failed ?? '',
    /was not said, or twice/,
  );
  await fleet.image({ digit: '2' });
  const site = await fleet.open();
  /** As every image is where AWS's own key encrypts. */
  const encrypted = {
    ...site,
    aws: {
      ...site.aws,
      images: {
        ...site.aws.images,
        list: async (name: string) => {
          const key = `arn:aws:kms:${fleet.region}:111122223333:alias/aws/ebs`;
          const snapshots = [{ snapshotId: 'snap-1', kmsKey: key }];
          const all = await site.aws.images.list(name);
          return all.map(({ image, tags }) => ({ tags, image: { ...image, snapshots } }));
        },
      },
    },
  };
  const { context } = fleet.context();
  const options = { ...fleet.options, dryRun: false, role: 'web' };
  await assert.rejects(
    imagesPromote(context, options, async () => encrypted),
    /which AWS manages and no other account can use/,
  );
  assert.deepEqual(await here.parameters(), {});

  await fleet.write(SETTINGS('eu-central-1').replace('alias/images', 'alias/aws/ebs'));
  assert.match(
    (await promote(fleet)).failed ?? '',
    /a copy in eu-central-1 could not be shared: alias\/aws\/ebs is managed by AWS/,
  );
  await fleet.write(SETTINGS('eu-central-1').replace('alias/images', 'alias/imgaes'));
  const missing = await promote(fleet);
  assert.match(missing.failed ?? '', /kms:DescribeKey failed: NotFoundException/);
  assert.match(missing.remedy ?? '', /there is no such KMS key in this region/);
  assert.deepEqual(await here.parameters(), {});
});

serverTest(
  'retiring takes an image out of service, but not the last and not the published one',
  async (server, t) => {
    const fleet = await ImaginedFleet.open(server, t, 'ca-west-1', 'images: { parameters: /golden }\n');
    const here = new Region(server, fleet.region);
    const [first, second] = [await fleet.image({ digit: '1' }), await fleet.image({ digit: '2' })];
    const retire = (images: readonly string[], dryRun = false) => {
      const { context, results } = fleet.context();
      return imagesRetire(context, images, { ...fleet.options, dryRun }, fleet.open).then(
        () => results[0]?.lines,
      );
    };
    await assert.rejects(retire([first, second]), /the only golden image of web/);
    const ssm = new SSMClient({ ...server.client, region: fleet.region });
    await ssm.send(new PutParameterCommand({ Name: '/golden/web', Value: second, Type: 'String' }));
    await assert.rejects(retire([second]), /is published for web/);
    assert.match((await retire([first], true))?.[0] ?? '', /would be retired/);
    const stateOf = async (id: string) =>
      tag(
        (await here.images()).find(({ ImageId }) => ImageId === id),
        'bake:state',
      );
    assert.equal(await stateOf(first), 'golden');
    await retire([first]);
    assert.deepEqual([await stateOf(first), await stateOf(second)], ['retired', 'golden']);
  },
);

serverTest('a copy that could not be retired is named, and the same command continues', async (server, t) => {
  const other = 'us-west-1';
  const fleet = await openFleet(server, t, 'us-west-2', other);
  const settings = SETTINGS(other).replace('  parameters: /golden\n', '');
  await fleet.write(settings);
  const old = await fleet.image({ digit: '1' });
  await promote(fleet);
  const [copy] = await new Region(server, other).images();
  await fleet.image({ digit: '2' });
  await fleet.write('');
  await promote(fleet);
  await fleet.write(settings);
  const retire = async () => {
    const { context, results } = fleet.context();
    const failed = await imagesRetire(context, [old], { ...fleet.options, dryRun: false }, fleet.open).then(
      () => '',
      (error) => (error instanceof Failed ? error.message : assert.fail(error)),
    );
    return { failed, lines: results[0]?.lines ?? [] };
  };
  await fleet.refuse('ec2:EnableImageDeprecation', 'InternalError');
  const first = await retire();
  assert.deepEqual(first.lines, []);
  assert.match(first.failed, /^us-west-1: ec2:EnableImageDeprecation failed/);
  const second = await retire();
  assert.equal(second.failed, '');
  assert.match(second.lines[0] ?? '', new RegExp(`^${copy?.ImageId} .* in us-west-1: retired`));
  assert.match((await retire()).failed, /only golden images are retired/);
});
