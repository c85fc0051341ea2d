/**
 * The door to AWS: what bake asks of it, and nothing else. Clients are loaded by the first call that needs
 * them. In a rehearsal every client is built for the rehearsal's endpoint, which has to prove itself first.
 */

import type { DescribeImagesCommandInput, EC2Client, Image } from '@aws-sdk/client-ec2';
import { fail } from '../failure.ts';
import type { SourceImage } from '../fleet/model.ts';
import { type ExistingImage, existingImage } from '../plan/decide.ts';
import { TAG } from '../plan/tags.ts';
import { explained } from './aws-errors.ts';
import { type Images, openImages } from './images/door.ts';
import { type ImageUses, openImageUses } from './images/uses.ts';
import { type Instances, openInstances } from './instances.ts';
import { type Keys, openKeys } from './kms.ts';
import { lazily } from './lazily.ts';
import { type Leftovers, openLeftovers } from './leftovers.ts';
import { openParameters, type Parameters } from './parameters.ts';
import { openQuietNetwork, type QuietNetwork } from './quiet-network.ts';
import { openRollouts } from './rollouts/door.ts';
import type { Rollouts } from './rollouts/model.ts';
import { type ObjectStore, openObjectStore } from './s3.ts';
import { openCommands } from './ssm-commands.ts';
import type { Commands } from './ssm-model.ts';

/** Settings that every client of the SDK gets. */
export interface AwsConnection {
  readonly region: string;
  /** Only in a rehearsal. On AWS the SDK's own default chain finds credentials and endpoints. */
  readonly rehearsal?: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** The AMI that an image starts from. */
export interface ResolvedSource {
  readonly imageId: string;
  readonly name: string;
  readonly ownerId: string;
  readonly rootDeviceName: string;
}

export interface Aws {
  /** The newest AMI that `source` names. */
  sourceImage(source: SourceImage): Promise<ResolvedSource>;
  /** The account's own images of a fleet that carry bake's tags, also those that are disabled. */
  fleetImages(fleet: string): Promise<ExistingImage[]>;
  /** The account's own image of this name, where it carries bake's tags: a name is given once. */
  imageNamed(name: string): Promise<ExistingImage | undefined>;
  /** The ids of the images that a run has made of a role, in whatever state they are. */
  imagesOfRun(runId: string, role: string): Promise<string[]>;
  readonly objects: ObjectStore;
  readonly images: Images;
  readonly imageUses: ImageUses;
  readonly parameters: Parameters;
  readonly keys: Keys;
  readonly leftovers: Leftovers;
  /** Where an image is verified that knows a hook's URL. */
  readonly quietNetwork: QuietNetwork;
  readonly rollouts: Rollouts;
  readonly instances: Instances;
  /** What runs on instances, through SSM. */
  readonly commands: Commands;
  /** Who the credentials belong to. */
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
}

export function openAws(connection: AwsConnection): Aws {
  const settings = clientSettings(connection);
  const ec2 = lazily(async () => new (await import('@aws-sdk/client-ec2')).EC2Client(settings));
  return {
    sourceImage: async (source) =>
      source.kind === 'ssm-parameter'
        ? describeSource(await ec2(), { ImageIds: [await parameter(settings, source.name)] }, source.name)
        : describeSource(await ec2(), sourceQuery(source), source.kind === 'ami' ? source.id : source.name),
    fleetImages: async (fleet) => ownImages(await ec2(), `tag:${TAG.fleet}`, fleet),
    imageNamed: async (name) => (await ownImages(await ec2(), 'name', name))[0],
    imagesOfRun: async (runId, role) => imagesOfRun(await ec2(), runId, role),
    objects: openObjectStore(settings),
    images: openImages(connection.region, ec2),
    imageUses: openImageUses(settings, ec2),
    parameters: openParameters(settings),
    keys: openKeys(settings),
    leftovers: openLeftovers(ec2),
    quietNetwork: openQuietNetwork(ec2),
    rollouts: openRollouts(settings),
    instances: openInstances(ec2),
    commands: openCommands(settings),
    identity: () => identity(settings),
  };
}

type ClientSettings = ReturnType<typeof clientSettings>;

/** In a rehearsal nothing of the environment or of configuration files has a say. */
function clientSettings({ region, rehearsal }: AwsConnection) {
  if (rehearsal === undefined) return { region };
  return {
    region,
    endpoint: rehearsal.endpoint,
    credentials: rehearsal.credentials,
    forcePathStyle: true,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    defaultsMode: 'standard' as const,
    retryMode: 'standard',
    maxAttempts: 3,
  };
}

function sourceQuery(source: Exclude<SourceImage, { kind: 'ssm-parameter' }>): DescribeImagesCommandInput {
  if (source.kind === 'ami') return { ImageIds: [source.id] };
  return { Owners: [...source.owners], Filters: [{ Name: 'name', Values: [source.name] }] };
}

async function describeSource(
  client: EC2Client,
  query: DescribeImagesCommandInput,
  wanted: string,
): Promise<ResolvedSource> {
  const images = await describeImages(client, query);
  const newest = images
    .filter((image) => image.State === 'available')
    .toSorted((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))[0];
  if (newest?.ImageId === undefined) {
    fail({
      kind: 'aws',
      operation: 'ec2:DescribeImages',
      code: 'NoSuchImage',
      problem: `no available AMI matches ${wanted}`,
      remedy: 'check `source` in the fleet file: the name pattern, its owners and the region',
    });
  }
  return {
    imageId: newest.ImageId,
    name: newest.Name ?? '',
    ownerId: newest.OwnerId ?? '',
    rootDeviceName: newest.RootDeviceName ?? '',
  };
}

async function ownImages(client: EC2Client, filter: string, value: string): Promise<ExistingImage[]> {
  const images = await describeImages(client, {
    Owners: ['self'],
    Filters: [{ Name: filter, Values: [value] }],
    IncludeDisabled: true,
  });
  return images.flatMap((image) => {
    const tags = new Map((image.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
    const known = existingImage(
      {
        imageId: image.ImageId ?? '',
        name: image.Name ?? '',
        createdAt: image.CreationDate ?? '',
        status: image.State ?? '',
      },
      tags,
    );
    return known === undefined ? [] : [known];
  });
}

async function imagesOfRun(client: EC2Client, runId: string, role: string): Promise<string[]> {
  const images = await describeImages(client, {
    Owners: ['self'],
    Filters: [
      { Name: `tag:${TAG.run}`, Values: [runId] },
      { Name: `tag:${TAG.role}`, Values: [role] },
    ],
  });
  return images.flatMap(({ ImageId }) => ImageId ?? []);
}

async function describeImages(client: EC2Client, query: DescribeImagesCommandInput): Promise<Image[]> {
  const { paginateDescribeImages } = await import('@aws-sdk/client-ec2');
  return explained('ec2:DescribeImages', async () => {
    const images: Image[] = [];
    const pages = paginateDescribeImages({ client }, query);
    for await (const page of pages) images.push(...(page.Images ?? []));
    return images;
  });
}

async function parameter(settings: ClientSettings, name: string): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const answer = await explained('ssm:GetParameter', () =>
    new SSMClient(settings).send(new GetParameterCommand({ Name: name })),
  );
  return answer.Parameter?.Value ?? '';
}

async function identity(settings: ClientSettings): Promise<{ account: string; arn: string }> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const answer = await explained('sts:GetCallerIdentity', () =>
    new STSClient(settings).send(new GetCallerIdentityCommand({})),
  );
  return { account: answer.Account ?? '', arn: answer.Arn ?? '' };
}
