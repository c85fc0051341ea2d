/**
 * Launch templates: moto keeps them, and here is remembered what each version was made of. moto ignores the
 * source of a new version, and a group launches from versions.
 */

import { AwsError } from '../aws-error.ts';
import type { XmlElement } from '../wire/xml.ts';

/** The parameters below `LaunchTemplateData.`, as they were sent. */
export type TemplateData = ReadonlyMap<string, string>;

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly defaultVersion: number;
  readonly versions: ReadonlyMap<number, TemplateData>;
}

export class Templates {
  readonly #templates = new Map<string, Template>();
  /** Answers by client token: the same call makes one version. */
  readonly answers = new Map<string, Promise<XmlElement>>();

  set(template: Template): void {
    this.#templates.set(template.id, template);
  }

  /** By id or by name. @throws AwsError InvalidLaunchTemplateId.NotFound, … */
  find(region: string, { id, name }: { id?: string | undefined; name?: string | undefined }): Template {
    const found = [...this.#templates.values()].find(
      (template) =>
        template.region === region && (template.id === id || (id === undefined && template.name === name)),
    );
    if (found !== undefined) return found;
    throw id === undefined
      ? new AwsError(
          'InvalidLaunchTemplateName.NotFoundException',
          `The launch template ${name} does not exist.`,
        )
      : new AwsError('InvalidLaunchTemplateId.NotFound', `The launch template ${id} does not exist.`);
  }
}

/** The number that a version stands for. @throws AwsError where there is no such version */
export function resolveVersion(template: Template, version: string): number {
  const number = numberOf(template, version);
  if (template.versions.has(number)) return number;
  throw new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find launch template version ${version} of ${template.id}.`,
  );
}

function numberOf({ versions, defaultVersion }: Template, version: string): number {
  if (version === '$Latest') return Math.max(...versions.keys());
  return version === '$Default' ? defaultVersion : Number(version);
}
