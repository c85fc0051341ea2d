/** `bake images list`, `show` and `diff` on a rehearsal's server. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyImageAttributeCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { imagesDiff } from '../../src/commands/images-diff.ts';
import { imagesList } from '../../src/commands/images-list.ts';
import { imagesShow } from '../../src/commands/images-show.ts';
import { Failed } from '../../src/failure.ts';
import { digestOfReport, REPORT } from '../../src/images/reports.ts';
import { quoteTerminal } from '../../src/report/terminal-text.ts';
import { openReportStore } from '../../src/world/report-store.ts';
import { launchRunning, untilImage } from '../rehearsal/server/ec2-steps.ts';
import { eventually, serverTests } from '../rehearsal/server/support.ts';
import { ImaginedFleet } from '../support/imagined-fleet.ts';

const serverTest = serverTests();
const CASE = join(import.meta.dirname, '..', 'cases', 'images', 'diff', 'everything');

/** An image whose inventory is kept on this machine, as a bake keeps it. */
async function known(fleet: ImaginedFleet, digit: string, inventory: string): Promise<string> {
  const content = gzipSync(await readFile(join(CASE, `${inventory}.json`)));
  const digest = digestOfReport(content);
  const path = join(fleet.folder, '.bake', 'images', REPORT.inventory(digest));
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return fleet.image({ digit, tags: { 'bake:inventory': digest } });
}

serverTest('a list has every image with its base, its users and its copies', async (server, t) => {
  const other = 'eu-west-2';
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-1', `images: { regions: { ${other}: {} } }\n`);
  const base = await fleet.image({ digit: '1', role: 'base' });
  const web = await fleet.image({ digit: '2', tags: { 'bake:source-ami': base } });
  const instance = await launchRunning(fleet.ec2, { ImageId: web });
  const { LaunchTemplate } = await fleet.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: web, InstanceType: 't3.micro' },
    }),
  );
  const template = LaunchTemplate?.LaunchTemplateId ?? '';
  await new AutoScalingClient({ ...server.client, region: fleet.region }).send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web-asg',
      MinSize: 2,
      MaxSize: 2,
      AvailabilityZones: [`${fleet.region}a`],
      LaunchTemplate: { LaunchTemplateId: template, Version: '1' },
    }),
  );
  await eventually(async () => {
    const { Reservations = [] } = await fleet.ec2.send(new DescribeInstancesCommand({}));
    const ofGroup = Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ Tags = [] }) =>
      Tags.some(({ Value }) => Value === 'web-asg'),
    );
    return ofGroup.length === 2 || undefined;
  });
  const there = new EC2Client({ ...server.client, region: other });
  const copied = await there.send(
    new CopyImageCommand({
      SourceImageId: web,
      SourceRegion: fleet.region,
      Name: 'shop-web-222222222222-1',
      CopyImageTags: true,
    }),
  );
  await untilImage(there, copied.ImageId ?? '', 'available');

  const { context, results } = fleet.context(3);
  await imagesList(context, { ...fleet.options, role: [] }, fleet.open);
  const rows = (results[0]?.lines ?? []).map((line) => line.split(/ {2,}/));
  assert.deepEqual(rows, [
    ['ROLE', 'STATE', 'AGE', 'IMAGE', 'BASE', 'FINGERPRINT', 'COMMIT', 'USED BY', 'COPIES'],
    [
      'base',
      'golden',
      '3 d',
      base,
      'ami-0123456789abcdef0',
      '111111111111-1',
      'cccccccccccc',
      'shop-web-222222222222-1',
      '-',
    ],
    [
      'web',
      'golden',
      '3 d',
      web,
      '111111111111-1',
      '222222222222-1',
      'cccccccccccc',
      `web-asg (2), ${instance}, ${template}`,
      other,
    ],
  ]);
  await imagesList(context, { ...fleet.options, role: ['web'] }, fleet.open);
  assert.equal(results[1]?.lines.length, 2);
  await assert.rejects(
    imagesList(context, { ...fleet.options, role: ['wbe'] }, fleet.open),
    /there is no role "wbe"/,
  );

  await fleet.refuse('ec2:DescribeImages', 'UnauthorizedOperation', 2);
  await assert.rejects(
    imagesList(context, { ...fleet.options, role: [] }, fleet.open),
    /^Failed: eu-west-[12]: ec2:DescribeImages failed: UnauthorizedOperation/,
  );
  await fleet.refuseNothing();

  await there.send(
    new ModifyImageAttributeCommand({
      ImageId: copied.ImageId,
      LaunchPermission: { Add: [{ UserId: '222222222222' }] },
    }),
  );
  const show = fleet.context();
  // Nothing is kept of what is in it.
  await assert.rejects(imagesShow(show.context, web, { ...fleet.options, sbom: false }, fleet.open));
  const shown = (show.results[0]?.lines ?? []).map((line) => line.split(/ {2,}/).join(' '));
  for (const line of [
    `copy ${copied.ImageId} in ${other}, golden`,
    `used by launch template ${template}`,
    `used by account 222222222222, which it is shared with in ${other}`,
  ])
    assert.ok(shown.includes(line), line);
});

serverTest('an image is shown with what is in it, by id and by name', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-west-3');
  const id = await known(fleet, '1', 'old');
  for (const named of [id, 'shop-web-111111111111-1']) {
    const { context, results } = fleet.context();
    await imagesShow(context, named, { ...fleet.options, sbom: false }, fleet.open);
    const text = results[0]?.lines.join('\n') ?? '';
    assert.match(text, new RegExp(`^image +${id}$`, 'm'));
    assert.match(text, /^used by +nobody$/m);
    assert.match(text, /^OSSEC v3\.7\.0 with 3 rules$/m);
    assert.match(text, /^packages \(5\)$/m);
    assert.match(text, /^ {2}nginx +1\.22\.1-9 +amd64$/m);
  }
  const hostile = await known(fleet, '2', join('..', 'hostile', 'new'));
  for (const image of [id, hostile]) {
    const { context, results } = fleet.context();
    await imagesShow(context, image, { ...fleet.options, sbom: true }, fleet.open);
    const lines = results[0]?.lines ?? [];
    assert.equal(JSON.parse(lines.join('\n')).bomFormat, 'CycloneDX');
    assert.deepEqual(
      lines.filter((line) => quoteTerminal(line) !== line),
      [],
    );
  }
});

serverTest(
  'an image that nothing is known of is shown as far as it is, and that is said',
  async (server, t) => {
    const fleet = await ImaginedFleet.open(server, t, 'eu-north-1');
    const id = await fleet.image({ digit: '1' });
    const { context, results } = fleet.context();
    const shown = imagesShow(context, id, { ...fleet.options, sbom: false }, fleet.open);
    await assert.rejects(
      shown,
      (error) => error instanceof Failed && /its tags name no inventory/.test(error.message),
    );
    assert.match(results[0]?.lines.join('\n') ?? '', new RegExp(`^image +${id}$`, 'm'));
  },
);

serverTest('two images are compared, as text and for a pull request', async (server, t) => {
  const fleet = await ImaginedFleet.open(server, t, 'eu-south-1');
  const [old, young] = [await known(fleet, '1', 'old'), await known(fleet, '2', 'new')];
  const compare = async (markdown: boolean) => {
    const { context, results } = fleet.context();
    await imagesDiff(context, old, young, { ...fleet.options, markdown }, fleet.open);
    return results[0]?.lines ?? [];
  };
  const text = await compare(false);
  assert.equal(text[0], `${old} shop-web-111111111111-1 → ${young} shop-web-222222222222-1`);
  assert.ok(text.includes('  +  /opt/tool      4755  root:root'));
  assert.ok((await compare(true)).includes('| `up` | `curl` | `7.88.1-10+deb12u5` | `7.88.1-10+deb12u12` |'));
});

serverTest(
  'what another machine has baked is found in S3, and what was changed there is not believed',
  async (server, t) => {
    const settings = 'images: { reports: s3://reports/shop }\n';
    const fleet = await ImaginedFleet.open(server, t, 'us-east-1', settings);
    const s3 = new S3Client({ ...server.client, region: fleet.region });
    await s3.send(new CreateBucketCommand({ Bucket: 'reports' }));
    const content = gzipSync(await readFile(join(CASE, 'old.json')));
    const digest = digestOfReport(content);
    const Key = `shop/${REPORT.inventory(digest)}`;
    const { aws } = await fleet.open();
    const elsewhere = openReportStore({
      folder: await mkdtemp(join(fleet.folder, 'elsewhere-')),
      shared: 's3://reports/shop',
      objects: aws.objects,
    });
    await elsewhere.write(REPORT.inventory(digest), content);
    const id = await fleet.image({ digit: '1', tags: { 'bake:inventory': digest } });
    const show = () => {
      const { context, results } = fleet.context();
      const shown = imagesShow(context, id, { ...fleet.options, sbom: false }, fleet.open);
      return shown.then(() => results[0]?.lines.join('\n') ?? '');
    };
    assert.match(await show(), /^packages \(5\)$/m);
    await s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body: gzipSync('{}') }));
    await assert.rejects(show(), /is not what its tags say/);
  },
);
