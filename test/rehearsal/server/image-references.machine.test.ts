/** Who refers to an image, and images that are taken out of service. */

import assert from 'node:assert/strict';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  DescribeImageReferencesCommand,
  DescribeImagesCommand,
  DisableImageCommand,
  EC2Client,
  EnableImageCommand,
  ModifyImageAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createImage, launch, launchRunning, untilImage, untilInstance } from './ec2-steps.ts';
import { ACCOUNT, DEBIAN, serverTests } from './support.ts';

const serverTest = serverTests();

const references = async (ec2: EC2Client, input: object): Promise<string[]> => {
  const asked = new DescribeImageReferencesCommand({ ImageIds: [], IncludeAllResourceTypes: true, ...input });
  const { ImageReferences = [] } = await ec2.send(asked);
  return ImageReferences.map(({ Arn = '' }) => Arn).sort();
};

serverTest('instances refer to their image, in the states that are asked for', async ({ client }) => {
  const region = 'eu-west-1';
  const ec2 = new EC2Client({ ...client, region });
  const id = await launchRunning(ec2);
  const arn = `arn:aws:ec2:${region}:${ACCOUNT}:instance/${id}`;
  const ImageIds = [DEBIAN.imageId];
  const inStates = (...OptionValues: string[]) => ({
    ImageIds,
    ResourceTypes: [
      { ResourceType: 'ec2:Instance', ResourceTypeOptions: [{ OptionName: 'state-name', OptionValues }] },
    ],
  });
  assert.deepEqual(await references(ec2, { ImageIds }), [arn]);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await untilInstance(ec2, id, 'stopped');
  assert.deepEqual(await references(ec2, inStates('running')), []);
  assert.deepEqual(await references(ec2, inStates('stopped')), [arn]);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await untilInstance(ec2, id, 'terminated');
  assert.deepEqual(await references(ec2, { ImageIds }), [arn], 'all states are the default');
  assert.deepEqual(await references(ec2, inStates('running', 'stopped')), []);
});

serverTest(
  'launch templates do by their newest versions, parameters by what they hold',
  async ({ client }) => {
    const region = 'eu-west-2';
    const ec2 = new EC2Client({ ...client, region });
    const ssm = new SSMClient({ ...client, region });
    const instance = await launchRunning(ec2);
    const ImageId = await createImage(ec2, instance, 'referred-to');
    await untilImage(ec2, ImageId, 'available');
    await ec2.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData: { ImageId } }),
    );
    const { LaunchTemplateVersion } = await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateName: 'web',
        LaunchTemplateData: { ImageId: DEBIAN.imageId },
      }),
    );
    const template = `arn:aws:ec2:${region}:${ACCOUNT}:launch-template/${LaunchTemplateVersion?.LaunchTemplateId}`;
    const depth = (version: string) => ({
      ImageIds: [ImageId],
      IncludeAllResourceTypes: undefined,
      ResourceTypes: [
        {
          ResourceType: 'ec2:LaunchTemplate',
          ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [version] }],
        },
      ],
    });
    assert.deepEqual(await references(ec2, depth('1')), []);
    assert.deepEqual(await references(ec2, depth('2')), [template]);
    const parameter = { Type: 'String', Value: ImageId } as const;
    await ssm.send(new PutParameterCommand({ ...parameter, Name: '/golden/web', DataType: 'aws:ec2:image' }));
    await ssm.send(new PutParameterCommand({ ...parameter, Name: '/some/text' }));
    assert.deepEqual(await references(ec2, { ImageIds: [ImageId] }), [
      template,
      `arn:aws:ssm:${region}:${ACCOUNT}:parameter/golden/web`,
    ]);
  },
);

serverTest('what is asked wrongly is refused', async ({ client }) => {
  const ec2 = new EC2Client({ ...client, region: 'eu-west-3' });
  const refused = (input: object, name: string) => assert.rejects(references(ec2, input), { name });
  await refused({}, 'InvalidParameterValue');
  await refused({ ImageIds: Array(11).fill(DEBIAN.imageId) }, 'InvalidParameterValue');
  await refused({ ImageIds: [DEBIAN.imageId], IncludeAllResourceTypes: undefined }, 'MissingParameter');
  await refused({ ImageIds: ['ami-0000000000000000f'] }, 'InvalidAMIID.NotFound');
});

serverTest(
  'a disabled image is hidden, shared with nobody, launched by nobody, and can be deleted',
  async ({ client }) => {
    const ec2 = new EC2Client({ ...client, region: 'eu-north-1' });
    const ImageId = await createImage(ec2, await launchRunning(ec2), 'disabled');
    await assert.rejects(ec2.send(new EnableImageCommand({ ImageId })), { name: 'IncorrectState' });
    await untilImage(ec2, ImageId, 'available');
    const share = () =>
      ec2.send(
        new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: '222222222222' }] } }),
      );
    await share();
    await ec2.send(new DisableImageCommand({ ImageId }));
    const seen = async (input: object) =>
      (await ec2.send(new DescribeImagesCommand({ Owners: ['self'], ...input }))).Images?.map(
        ({ State }) => State,
      );
    assert.deepEqual(await seen({}), []);
    assert.deepEqual(await seen({ IncludeDisabled: true }), ['disabled']);
    assert.deepEqual(await seen({ IncludeDisabled: true, ExecutableUsers: ['222222222222'] }), []);
    await assert.rejects(launch(ec2, { ImageId }), { name: 'InvalidAMIID.Unavailable' });
    await assert.rejects(share(), { name: 'IncorrectState' });
    await ec2.send(new EnableImageCommand({ ImageId }));
    await launchRunning(ec2, { ImageId });
    await ec2.send(new DisableImageCommand({ ImageId }));
    await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
    assert.deepEqual(await seen({ IncludeDisabled: true }), []);
  },
);
