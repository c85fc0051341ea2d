/** What a group launches from: read from calls, written into answers. */

import type {
  Configuration,
  LaunchTemplateRef,
  MixedInstances,
  Override,
} from '../../../../src/rollout/model.ts';
import { AwsError } from '../aws-error.ts';
import type { World } from '../ec2/action.ts';
import type { Params } from '../wire/params.ts';
import type { XmlElement } from '../wire/xml.ts';
import { resolveVersion, type TemplateData } from './templates.ts';

/**
 * The configuration in `LaunchTemplate` or `MixedInstancesPolicy`; undefined where neither was sent.
 * @throws AwsError ValidationError where the template or its version is not there
 */
export function readConfiguration(world: World, region: string, params: Params): Configuration | undefined {
  const policy = params.structure('MixedInstancesPolicy');
  if (policy !== undefined) {
    const specification = policy.structure('LaunchTemplate')?.structure('LaunchTemplateSpecification');
    if (specification === undefined) throw invalid('A mixed instances policy needs a launch template.');
    return {
      launchTemplate: readTemplate(world, region, specification),
      mixed: readMixed(world, region, policy),
    };
  }
  const template = params.structure('LaunchTemplate');
  if (template === undefined) return undefined;
  return { launchTemplate: readTemplate(world, region, template), mixed: undefined };
}

function readTemplate(world: World, region: string, params: Params): LaunchTemplateRef {
  try {
    const { id, name, ...template } = world.templates.find(region, {
      id: params.text('LaunchTemplateId'),
      name: params.text('LaunchTemplateName'),
    });
    const version = params.text('Version') ?? '$Default';
    resolveVersion({ id, name, ...template }, version);
    return { id, name, version };
  } catch (error) {
    throw error instanceof AwsError ? invalid(error.message) : error;
  }
}

function readMixed(world: World, region: string, policy: Params): MixedInstances {
  const overrides = policy.structure('LaunchTemplate')?.structures('Overrides.member') ?? [];
  return {
    overrides: overrides.map((one) => readOverride(world, region, one)),
    distribution: Object.fromEntries(policy.structure('InstancesDistribution')?.entries() ?? []),
  };
}

function readOverride(world: World, region: string, params: Params): Override {
  const own = params.structure('LaunchTemplateSpecification');
  return {
    instanceType: params.text('InstanceType'),
    weight: params.integer('WeightedCapacity'),
    imageId: params.text('ImageId'),
    launchTemplate: own === undefined ? undefined : readTemplate(world, region, own),
    hasRequirements: params.structure('InstanceRequirements') !== undefined,
    rest: {},
  };
}

/** The elements of a group, or of a desired configuration. */
export function encodeConfiguration({ launchTemplate, mixed }: Configuration): XmlElement {
  if (mixed === undefined) return { LaunchTemplate: encodeTemplate(launchTemplate) };
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: encodeTemplate(launchTemplate),
        Overrides: mixed.overrides.map((override) => ({
          InstanceType: override.instanceType,
          WeightedCapacity: override.weight,
          ImageId: override.imageId,
          LaunchTemplateSpecification:
            override.launchTemplate === undefined ? undefined : encodeTemplate(override.launchTemplate),
        })),
      },
      InstancesDistribution: Object.fromEntries(
        Object.entries(mixed.distribution).map(([key, value]) => [key, String(value)]),
      ),
    },
  };
}

export function encodeTemplate({ id, name, version }: LaunchTemplateRef): XmlElement {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}

/** What a configuration launches now: `$Latest` as a number, and the first of its instance types. */
export function resolved(world: World, region: string, configuration: Configuration) {
  const first = configuration.mixed?.overrides[0];
  const ref = first?.launchTemplate ?? configuration.launchTemplate;
  const template = world.templates.find(region, { id: ref.id });
  const number = resolveVersion(template, ref.version);
  const data: TemplateData = template.versions.get(number) ?? new Map();
  return {
    launchTemplate: { ...ref, version: String(number) },
    instanceType: first?.instanceType ?? data.get('InstanceType') ?? 'm1.small',
    imageId: first?.imageId ?? data.get('ImageId') ?? '',
    data,
  };
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
