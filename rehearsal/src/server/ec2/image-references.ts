/** DescribeImageReferences: instances, launch templates and SSM parameters that refer to images. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { byId } from '../state/resources.ts';
import { itemsAt, textAt, type XmlElement } from '../wire/xml.ts';
import type { Ec2Call, World } from './action.ts';

const TYPES = [
  'ec2:Instance',
  'ec2:LaunchTemplate',
  'ssm:Parameter',
  'imagebuilder:ImageRecipe',
  'imagebuilder:ContainerRecipe',
];

const MOST_IMAGES = 10;
const VERSION_DEPTH = 10;

/** What a call asks for. */
interface Asked {
  readonly imageIds: readonly string[];
  readonly types: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

interface Reference {
  readonly imageId: string;
  readonly resourceType: string;
  readonly arn: string;
}

export async function describeImageReferences(world: World, call: Ec2Call): Promise<XmlElement> {
  const asked = readAsked(world, call);
  const found = await Promise.all([
    instances(world, call.region, asked),
    asked.types.includes('ec2:LaunchTemplate') ? launchTemplates(world, call.region, asked) : [],
    asked.types.includes('ssm:Parameter') ? parameters(world, call.region) : [],
  ]);
  const references = found.flat().filter(({ imageId }) => asked.imageIds.includes(imageId));
  return { imageReferenceSet: references.map((reference) => ({ ...reference })) };
}

/** @throws AwsError InvalidParameterValue, MissingParameter, InvalidAMIID.NotFound */
function readAsked(world: World, { region, params }: Ec2Call): Asked {
  const imageIds = params.list('ImageId');
  if (imageIds.length < 1 || imageIds.length > MOST_IMAGES) {
    throw new AwsError(
      'InvalidParameterValue',
      `You can name 1 to ${MOST_IMAGES} images, not ${imageIds.length}.`,
    );
  }
  for (const id of imageIds) byId(world.state.images, 'ami', region, id);
  const requests = params.structures('ResourceType');
  const named = requests.map((request) => request.required('ResourceType'));
  const all = params.flag('IncludeAllResourceTypes') === true;
  if (!all && named.length === 0) {
    throw new AwsError('MissingParameter', 'Specify IncludeAllResourceTypes or ResourceTypes.');
  }
  const options = requests.flatMap((request) =>
    request
      .structures('ResourceTypeOption')
      .map((option) => [option.required('OptionName'), option.list('OptionValue')] as const),
  );
  return { imageIds, types: all ? TYPES : named, options: new Map(options) };
}

function instances({ state, accountId }: World, region: string, { types, options }: Asked): Reference[] {
  if (!types.includes('ec2:Instance')) return [];
  const states = options.get('state-name');
  return [...state.instances.values()]
    .filter((instance) => instance.region === region && (states?.includes(instance.state) ?? true))
    .map(({ id, imageId }) => ({
      imageId,
      resourceType: 'ec2:Instance',
      arn: `arn:aws:ec2:${region}:${accountId}:instance/${id}`,
    }));
}

/** The newest versions of every template, as many as the call asks for. */
async function launchTemplates(
  { moto, accountId }: World,
  region: string,
  { options }: Asked,
): Promise<Reference[]> {
  const depth = Number(options.get('version-depth')?.[0] ?? VERSION_DEPTH);
  const query = (operation: string, params: Readonly<Record<string, string>>) =>
    moto.query({ service: 'ec2', region, operation }, params);
  const listed = itemsAt(
    await query('DescribeLaunchTemplates', {}),
    'DescribeLaunchTemplatesResponse',
    'launchTemplates',
  );
  const found = listed.map(async (template) => {
    const id = textAt(template, 'launchTemplateId') ?? '';
    const answer = await query('DescribeLaunchTemplateVersions', { LaunchTemplateId: id });
    const versions = itemsAt(answer, 'DescribeLaunchTemplateVersionsResponse', 'launchTemplateVersionSet');
    const newest = versions
      .toSorted((a, b) => Number(textAt(b, 'versionNumber')) - Number(textAt(a, 'versionNumber')))
      .slice(0, depth);
    const imageIds = new Set(newest.map((version) => textAt(version, 'launchTemplateData', 'imageId') ?? ''));
    return [...imageIds].map((imageId) => ({
      imageId,
      resourceType: 'ec2:LaunchTemplate',
      arn: `arn:aws:ec2:${region}:${accountId}:launch-template/${id}`,
    }));
  });
  return (await Promise.all(found)).flat();
}

/** Only those that say that they hold an image. */
async function parameters({ moto, accountId }: World, region: string): Promise<Reference[]> {
  const { Parameters = [] } = DESCRIBED.parse(
    await moto.json({ service: 'ssm', region, operation: 'DescribeParameters' }, {}),
  );
  const names = Parameters.filter(({ DataType }) => DataType === 'aws:ec2:image').map(({ Name }) => Name);
  const found: Reference[] = [];
  for (const Name of names) {
    const { Parameter } = HELD.parse(
      await moto.json({ service: 'ssm', region, operation: 'GetParameter' }, { Name }),
    );
    const arn = `arn:aws:ssm:${region}:${accountId}:parameter/${Name.replace(/^\//, '')}`;
    found.push({ imageId: Parameter.Value, resourceType: 'ssm:Parameter', arn });
  }
  return found;
}

const DESCRIBED = z.object({
  Parameters: z.array(z.object({ Name: z.string(), DataType: z.string().optional() })).optional(),
});
const HELD = z.object({ Parameter: z.object({ Value: z.string() }) });
