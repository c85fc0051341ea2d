/** What instances are launched from: images, versions of launch templates, instance types; and who may launch. */

import type { EC2Client } from '@aws-sdk/client-ec2';
import { fail } from '../../failure.ts';
import type { ExistingVersion, TemplateVersions, VersionRequest } from '../../rollout/plan/version.ts';
import { explained } from '../aws-errors.ts';
import type { Launch, RolloutImage } from './model.ts';
import { readImage, readVersion } from './read.ts';

export async function image(client: EC2Client, imageId: string): Promise<RolloutImage | undefined> {
  const { DescribeImagesCommand: Command } = await import('@aws-sdk/client-ec2');
  const Filters = [{ Name: 'image-id', Values: [imageId] }];
  const answer = await explained('ec2:DescribeImages', () => client.send(new Command({ Filters })));
  return answer.Images?.[0] === undefined ? undefined : readImage(answer.Images[0]);
}

/** The most that AWS gives in one answer. */
const VERSIONS_A_CALL = 200;

export async function versions(client: EC2Client, templateId: string): Promise<TemplateVersions> {
  const { paginateDescribeLaunchTemplateVersions: paginate } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeLaunchTemplateVersions', async () => {
    const found: ExistingVersion[] = [];
    let byDefault = 0;
    const pages = paginate({ client, pageSize: VERSIONS_A_CALL }, { LaunchTemplateId: templateId });
    for await (const page of pages) {
      for (const version of page.LaunchTemplateVersions ?? []) {
        found.push(...[readVersion(version) ?? []].flat());
        if (version.DefaultVersion === true) byDefault = version.VersionNumber ?? 0;
      }
    }
    return { versions: found, latest: Math.max(0, ...found.map(({ number }) => number)), byDefault };
  });
}

export async function architectures(client: EC2Client, types: readonly string[]) {
  const { DescribeInstanceTypesCommand: Command } = await import('@aws-sdk/client-ec2');
  if (types.length === 0) return new Map<string, readonly string[]>();
  const answer = await explained('ec2:DescribeInstanceTypes', () =>
    client.send(new Command({ InstanceTypes: types.map((type) => type as never) })),
  );
  const known = new Map(
    (answer.InstanceTypes ?? []).map(({ InstanceType, ProcessorInfo }): [string, readonly string[]] => [
      InstanceType ?? '',
      ProcessorInfo?.SupportedArchitectures ?? [],
    ]),
  );
  return new Map(types.map((type) => [type, known.get(type) ?? []]));
}

export async function denied(client: EC2Client, { templateId, version, imageId }: Launch): Promise<string[]> {
  const { CreateLaunchTemplateVersionCommand, RunInstancesCommand } = await import('@aws-sdk/client-ec2');
  const template = { LaunchTemplateId: templateId, Version: String(version) };
  const isDenied = await Promise.all([
    refuses(() =>
      client.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          LaunchTemplateData: {},
          DryRun: true,
        }),
      ),
    ),
    refuses(() =>
      client.send(
        new RunInstancesCommand({
          LaunchTemplate: template,
          ImageId: imageId,
          MinCount: 1,
          MaxCount: 1,
          DryRun: true,
        }),
      ),
    ),
  ]);
  return ['ec2:CreateLaunchTemplateVersion', 'ec2:RunInstances'].filter((_, index) => isDenied[index]);
}

/** Every dry run ends with an error; whether it may be done at all is the only thing that counts here. */
async function refuses(dryRun: () => Promise<unknown>): Promise<boolean> {
  try {
    await dryRun();
    return false;
  } catch (error) {
    return error instanceof Error && error.name === 'UnauthorizedOperation';
  }
}

export async function createVersion(client: EC2Client, request: VersionRequest): Promise<number> {
  const { CreateLaunchTemplateVersionCommand: Command } = await import('@aws-sdk/client-ec2');
  const operation = 'ec2:CreateLaunchTemplateVersion';
  const answer = await explained(operation, () => client.send(new Command({ ...request })));
  const number = answer.LaunchTemplateVersion?.VersionNumber;
  if (number !== undefined) return number;
  return fail({
    kind: 'aws',
    operation,
    code: 'NoNumber',
    problem: `${operation} gave the new version no number`,
  });
}
