/** What a file of a workspace is to the person who writes the fleet file. Pure. */

import type { Fleet, Layer } from '../fleet/model.ts';
import { BASE } from '../plan/model.ts';

export interface NamedFile {
  /** Who changes it: whoever writes the fleet file, or a new version of bake. */
  readonly of: 'fleet' | 'bake';
  /** A path or a part of the fleet file: `roles/web/provision.sh`, `packages of web`. */
  readonly name: string;
}

/** A file of a step; the step's name is that of its folder without the number. */
export interface StepFile {
  readonly step: string;
  readonly file: string;
}

/** `steps/04-web-packages/values.sh`, with or without the number; undefined for what is in no step. */
export function stepFile(path: string): StepFile | undefined {
  const [, step, file] = /^steps\/(?:\d+-)?([^/]+)\/(.+)$/.exec(path) ?? [];
  return step === undefined || file === undefined ? undefined : { step, file };
}

/** The HCL of an image: what of the fleet file is in no step, and the list of steps. */
export const IMAGE_HCL = 'image.pkr.hcl';

/** `fleet` is today's; what it no longer has is named after the step's folder. */
export function nameFile(path: string, fleet: Fleet): NamedFile {
  if (path === IMAGE_HCL) return { of: 'fleet', name: 'the builder, the region or the tags' };
  const inStep = stepFile(path);
  const name = inStep && (layerFile(inStep, fleet) ?? otherFile(inStep));
  return name === undefined ? { of: 'bake', name: path } : { of: 'fleet', name };
}

/** A whole step: `step harden of base`, `packages of web`; else the name of its folder. */
export function nameStep(step: string): string {
  const { layer, kind, own } = parseStep(step);
  if (layer === undefined) return step.replaceAll('-', ' ');
  return kind === 'step' ? `step ${own} of ${layer}` : `${kind} of ${layer}`;
}

interface LayerStep {
  /** `base`, or a role's name; undefined for a step of bake's own. */
  readonly layer?: string;
  readonly kind?: string;
  /** The name of a user's step. */
  readonly own?: string;
}

function parseStep(step: string): LayerStep {
  const [, stepLayer, own] = /^(.+?)-step-(.+)$/.exec(step) ?? [];
  if (stepLayer !== undefined && own !== undefined) return { layer: stepLayer, kind: 'step', own };
  const [, layer, kind] = /^(.+)-(packages|users|files|services)$/.exec(step) ?? [];
  return layer === undefined || kind === undefined ? {} : { layer, kind };
}

function layerFile({ step, file }: StepFile, fleet: Fleet): string | undefined {
  const { layer, kind, own } = parseStep(step);
  if (layer === undefined) return undefined;
  if (kind === 'step') return ownStepFile(file, own ?? '', layer, fleet);
  const placed = file.startsWith('rootfs/') ? file.slice('rootfs'.length) : undefined;
  if (kind === 'files' && placed !== undefined) return `${placed}, placed by ${layer}`;
  if (kind === 'users' && file.startsWith('keys/')) return `keys of the user ${file.slice(5)} of ${layer}`;
  return file === 'values.sh' ? nameStep(step) : undefined;
}

function ownStepFile(file: string, own: string, layer: string, fleet: Fleet): string | undefined {
  const found = layerOf(layer, fleet)?.steps.find(({ name }) => name === own);
  if (file === 'script') return found?.scriptPath ?? `the script of step ${own} of ${layer}`;
  return file === 'environment.sh' ? `env of step ${own} of ${layer}` : undefined;
}

function layerOf(name: string, fleet: Fleet): Layer | undefined {
  return name === BASE ? fleet.base : fleet.roles.find((role) => role.name === name);
}

/** Steps that are every image's, and get something of the fleet file's. */
function otherFile({ step, file }: StepFile): string | undefined {
  if (step === 'base-authorized-keys' && file === 'authorized_keys') return 'authorized_keys of base';
  if (step === 'base-ssm-agent' && file === 'values.sh') return 'ssm_agent of base';
  if (step === 'ossec-config' && /^(?:[a-z_]+\.(?:conf|xml|json|allow)|values\.sh)$/.test(file)) {
    return file === 'values.sh' || file === 'maild.conf' ? `the OSSEC layer` : `the OSSEC layer (${file})`;
  }
  return undefined;
}
