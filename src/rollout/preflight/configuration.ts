/** Findings about what the group launches from. Pure. */

import type { Override } from '../model.ts';
import { counted, type Facts, type Finding, finding, type Wanted } from './facts.ts';

export function configurationFindings(facts: Facts, wanted: Wanted): Finding[] {
  const { configuration, name } = facts.group;
  if (configuration === undefined) {
    return [
      finding(
        'stop',
        'launch-configuration',
        `${name} has a launch configuration, of which there can be no new version`,
        'copy it to a launch template, and set that on the group: the console has "Copy to launch template"',
      ),
    ];
  }
  return [
    ...templateFindings(facts),
    ...versionFindings(facts, wanted),
    ...parameterFindings(facts, wanted),
    ...metadataFindings(facts, wanted),
    ...mixedFindings(facts),
  ];
}

function templateFindings({ template, group, denied }: Facts): Finding[] {
  if (template !== undefined || denied.includes('ec2:DescribeLaunchTemplateVersions')) return [];
  return [
    finding(
      'stop',
      'no-template',
      `the launch template version of ${group.name} does not exist any more`,
      'set a version that exists on the group first: until then it cannot launch anything',
    ),
  ];
}

/** Other versions than numbers, on the group and on its overrides. */
function versionFindings({ group, template }: Facts, { pin, preferences }: Wanted): Finding[] {
  const version = group.configuration?.launchTemplate.version ?? '';
  if (/^\d+$/.test(version)) return [];
  const number = template?.ref.version ?? 'a number';
  if (pin) {
    return [
      finding(
        'note',
        'pinned',
        `${group.name} launches ${version}: it is moved to version ${number} first, which is the same today`,
        'leave --pin away to keep it as it is; no rollback is possible then',
      ),
    ];
  }
  return [
    finding(
      preferences.autoRollback ? 'stop' : 'warning',
      'moving-version',
      version === '$Latest'
        ? `${group.name} launches $Latest: AWS cannot roll back to it, and the version that is made for the new image is what the group launches from then on, whatever becomes of the refresh`
        : `${group.name} launches ${version}, to which AWS cannot roll back`,
      `use --pin: it moves the group to version ${number} first, which is what ${version} stands for today`,
    ),
  ];
}

function parameterFindings({ group, template }: Facts, { preferences }: Wanted): Finding[] {
  if (template === undefined || !template.imageId.startsWith('resolve:')) return [];
  return [
    finding(
      preferences.autoRollback ? 'stop' : 'warning',
      'image-parameter',
      `the AMI of ${group.name} is ${template.imageId}, to which AWS cannot roll back`,
      'publish the image to that parameter and start the refresh there, or set an AMI id in a new version first',
    ),
  ];
}

/** An image can require it by itself; a template that says otherwise comes before that. */
function metadataFindings({ template, group }: Facts, { requireImdsV2 }: Wanted): Finding[] {
  if (template === undefined || template.requiresImdsV2 || requireImdsV2) return [];
  return [
    finding(
      'note',
      'imdsv2',
      `the launch template of ${group.name} does not require IMDSv2`,
      'use --require-imdsv2 to have the new version do so, where everything that runs there can',
    ),
  ];
}

function mixedFindings({ group }: Facts): Finding[] {
  const mixed = group.configuration?.mixed;
  if (mixed === undefined) return [];
  const { overrides } = mixed;
  const copied = finding(
    'note',
    'mixed-instances',
    `${group.name} has a mixed instances policy of ${counted(overrides.length, 'override')}`,
    'it is copied whole: leaving it out would turn Spot into On-Demand',
  );
  return [
    copied,
    ...attributeFindings(group.name, overrides),
    ...ownImageFindings(group.name, overrides),
    ...weightFindings(group.name, group.desiredCapacity, overrides),
  ];
}

function attributeFindings(name: string, overrides: readonly Override[]): Finding[] {
  if (!overrides.some(({ hasRequirements }) => hasRequirements)) return [];
  return [
    finding(
      'stop',
      'attribute-based',
      `${name} chooses instance types by attributes: a refresh with a desired configuration fails there`,
      'list instance types in the policy instead, or set the new version on the group and start a refresh without one',
    ),
  ];
}

function ownImageFindings(name: string, overrides: readonly Override[]): Finding[] {
  const own = overrides.filter(({ imageId, launchTemplate }) => (imageId ?? launchTemplate) !== undefined);
  if (own.length === 0) return [];
  const types = own.map(({ instanceType }) => instanceType ?? 'any type').join(', ');
  return [
    finding(
      'stop',
      'override-image',
      `overrides of ${name} have an AMI or a launch template of their own, which would hide the new image: ${types}`,
      'take them out of the policy, or split them off into a group of their own',
    ),
  ];
}

/** [limitations] A weight as large as the capacity may replace everything at once. */
function weightFindings(name: string, desiredCapacity: number, overrides: readonly Override[]): Finding[] {
  const heaviest = Math.max(0, ...overrides.map(({ weight }) => weight ?? 0));
  if (heaviest === 0) return [];
  if (heaviest >= desiredCapacity) {
    return [
      finding(
        'stop',
        'weight',
        `an instance of ${name} can weigh ${heaviest}, as much as the whole capacity of ${desiredCapacity}: AWS might replace all at once`,
        'raise the desired capacity above the largest weight, or take the weights away',
      ),
    ];
  }
  return [
    finding(
      'warning',
      'weight',
      `${name} counts its capacity in weights, and the prediction counts instances`,
      'read the predicted numbers as instances of equal weight',
    ),
  ];
}
