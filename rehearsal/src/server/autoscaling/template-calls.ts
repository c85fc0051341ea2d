/** The calls that make and change launch templates: moto answers them, and what it forgets is kept. */

import type { Ec2Call, World } from '../ec2/action.ts';
import type { XmlElement } from '../wire/xml.ts';
import { nodeAt, textAt, toElement } from '../wire/xml.ts';
import { resolveVersion, type TemplateData } from './templates.ts';

export async function createLaunchTemplate(world: World, call: Ec2Call): Promise<XmlElement> {
  const answer = await ask(world, call, 'CreateLaunchTemplate', plain(call));
  const created = nodeAt(answer, 'launchTemplate');
  const id = textAt(created, 'launchTemplateId') ?? '';
  world.templates.set({
    id,
    name: textAt(created, 'launchTemplateName') ?? '',
    region: call.region,
    defaultVersion: 1,
    versions: new Map([[1, dataOf(call)]]),
  });
  return toElement(answer);
}

/** What the call leaves out comes from its source version; what it names replaces that whole. */
export function createLaunchTemplateVersion(world: World, call: Ec2Call): Promise<XmlElement> {
  const token = call.params.text('ClientToken');
  if (token === undefined) return createVersion(world, call);
  const key = `${call.region} ${token}`;
  const answer = world.templates.answers.get(key) ?? createVersion(world, call);
  world.templates.answers.set(key, answer);
  answer.catch(() => world.templates.answers.delete(key));
  return answer;
}

async function createVersion(world: World, call: Ec2Call): Promise<XmlElement> {
  const { params } = call;
  const template = world.templates.find(call.region, {
    id: params.text('LaunchTemplateId'),
    name: params.text('LaunchTemplateName'),
  });
  const source = params.text('SourceVersion');
  const inherited =
    source === undefined ? undefined : template.versions.get(resolveVersion(template, source));
  const data = overlay(inherited ?? new Map(), dataOf(call));
  const sent = Object.fromEntries([...data].map(([key, value]) => [`LaunchTemplateData.${key}`, value]));
  const answer = await ask(world, call, 'CreateLaunchTemplateVersion', { ...withoutData(call), ...sent });
  const number = Number(textAt(answer, 'launchTemplateVersion', 'versionNumber'));
  const latest = world.templates.find(call.region, { id: template.id });
  world.templates.set({ ...latest, versions: new Map([...latest.versions, [number, data]]) });
  return toElement(answer);
}

export async function modifyLaunchTemplate(world: World, call: Ec2Call): Promise<XmlElement> {
  const { params, region } = call;
  const template = world.templates.find(region, {
    id: params.text('LaunchTemplateId'),
    name: params.text('LaunchTemplateName'),
  });
  const answer = await ask(world, call, 'ModifyLaunchTemplate', plain(call));
  const version = params.text('SetDefaultVersion') ?? params.text('DefaultVersion');
  if (version !== undefined) {
    world.templates.set({ ...template, defaultVersion: resolveVersion(template, version) });
  }
  return toElement(answer);
}

/** `BlockDeviceMapping.1.Ebs.VolumeSize` belongs to `BlockDeviceMapping`. */
function overlay(under: TemplateData, over: TemplateData): TemplateData {
  const replaced = new Set([...over.keys()].map(topOf));
  return new Map([...[...under].filter(([key]) => !replaced.has(topOf(key))), ...over]);
}

function topOf(key: string): string {
  return key.split('.')[0] ?? key;
}

function dataOf({ params }: Ec2Call): TemplateData {
  return new Map(params.structure('LaunchTemplateData')?.entries() ?? []);
}

/** Everything that was sent, but for what says which call it is. */
function plain({ params }: Ec2Call): Record<string, string> {
  return Object.fromEntries(params.entries().filter(([key]) => key !== 'Action' && key !== 'Version'));
}

function withoutData(call: Ec2Call): Record<string, string> {
  const kept = Object.entries(plain(call)).filter(
    ([key]) => !key.startsWith('LaunchTemplateData.') && key !== 'SourceVersion',
  );
  return Object.fromEntries(kept);
}

async function ask(world: World, { region }: Ec2Call, operation: string, params: Record<string, string>) {
  const answer = await world.moto.query({ service: 'ec2', region, operation }, params);
  return nodeAt(answer, `${operation}Response`);
}
