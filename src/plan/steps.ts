/**
 * One function for each provisioner: the fleet's data as that step's values and files. Pure.
 * The names of values are those of the provisioner's contract, `provisioners/NAME/step.json`.
 */

import type { Base, Fleet, Layer, Ossec, PlacedFile, StepValue, User, UserStep } from '../fleet/model.ts';
import type { NamedHook, OssecConfig } from '../ossec/config.ts';
import { ossecFiles } from '../ossec/files.ts';
import type { Step, WorkspaceFile } from './model.ts';

/** A step that does not know its place yet: `name` becomes `NN-name`. */
export type Unnumbered = Omit<Step, 'id'> & { readonly name: string };

/** Steps in their order, with names that sort in it. */
export function numbered(steps: readonly Unnumbered[]): Step[] {
  const digits = Math.max(2, String(steps.length).length);
  return steps.map(({ name, ...step }, index) => ({
    id: `${String(index + 1).padStart(digits, '0')}-${name}`,
    ...step,
  }));
}

/** What a layer (base, or a role) brings; nothing for what it leaves out. */
export function layerSteps(layerName: string, layer: Layer): Unnumbered[] {
  return [
    ...packages(layerName, layer.packages),
    ...users(layerName, layer.users),
    ...files(layerName, layer.files),
    ...services(layerName, layer.services),
    ...layer.steps.map((step) => userScript(layerName, step)),
  ];
}

/** First on every builder: the machine has finished booting and nothing else installs packages. */
export function waitForBoot(): Unnumbered {
  return step('wait-for-boot', 'wait-for-boot');
}

/** The base's keys for the user that people and Packer log in as. */
export function authorizedKeys(fleet: Fleet): Unnumbered[] {
  const keys = fleet.base.authorizedKeys;
  if (keys.length === 0) return [];
  return [
    step('base-authorized-keys', 'authorized-keys', {
      values: { ssh_user: fleet.builder.ssh.user },
      files: [text('authorized_keys', lines(keys))],
    }),
  ];
}

export function ssmAgent(base: Base): Unnumbered[] {
  if (base.ssmAgent === undefined) return [];
  return [
    step('base-ssm-agent', 'ssm-agent', {
      values: { sha256: base.ssmAgent.sha256 },
      artifacts: [base.ssmAgent],
    }),
  ];
}

/**
 * OSSEC from its frozen tarball, neither started nor enabled: a role's builder boots the base image, and
 * provisioning must not page anyone. In a rehearsal without a tarball the stand-in takes its place.
 */
export function ossec(settings: Ossec): Unnumbered {
  return step('ossec', 'ossec', {
    artifacts: settings.tarball === undefined ? [] : [settings.tarball],
  });
}

/**
 * What OSSEC watches and whom it tells, in every image: base's settings, and in a role's image the role's
 * on top. The URL of a hook is a secret, and never among the files.
 */
export function ossecConfig(config: OssecConfig): Unnumbered {
  return step('ossec-config', 'ossec-config', {
    values: {
      system_log: config.systemLog,
      email: config.email === undefined ? 'no' : 'yes',
      blocking: config.blocking === undefined ? 'no' : 'yes',
    },
    files: ossecFiles(config).map(({ path, content }) => text(path, content)),
    environment: Object.fromEntries(config.hooks.flatMap(secretOfHook)),
  });
}

/** The variable of a hook that is baked in: `HOOK_1`. */
function secretOfHook({ name, url }: NamedHook): Array<[string, StepValue]> {
  if (url.kind !== 'in-image') return [];
  const variable = name.toUpperCase().replaceAll('-', '_');
  return [[variable, { kind: 'secret', environmentVariable: url.environmentVariable }]];
}

/** For images that instances boot: OSSEC watches from their first boot on. */
export function ossecEnable(): Unnumbered {
  return step('ossec-enable', 'ossec-enable');
}

/** What changes files by itself is off, or declared where instances patch themselves. */
export function sealQuiet({ autoUpdate }: { readonly autoUpdate: boolean }): Unnumbered {
  return step('seal-quiet', 'seal-quiet', { values: { auto_update: autoUpdate ? 'yes' : 'no' } });
}

/** What is in the image, told by the builder while it still can: after it only the seal is left. */
export function inventory(): Unnumbered {
  return step('inventory', 'inventory');
}

/** Removes what belongs to the builder. `isLast`: nothing comes after it, so our own upload goes, too. */
export function sealClean({ isLast }: { readonly isLast: boolean }): Unnumbered {
  return step('seal-clean', 'seal-clean', { values: { last: isLast ? 'yes' : 'no' } });
}

/** The very last: nothing is changed any more that OSSEC would have to know. */
export function sealBaseline(config: OssecConfig): Unnumbered {
  return step('seal-baseline', 'seal-baseline', { values: { first_boot: config.firstBoot } });
}

function packages(layerName: string, names: readonly string[]): Unnumbered[] {
  if (names.length === 0) return [];
  return [step(`${layerName}-packages`, 'packages', { values: { packages: names } })];
}

function users(layerName: string, all: readonly User[]): Unnumbered[] {
  if (all.length === 0) return [];
  return [
    step(`${layerName}-users`, 'users', {
      values: {
        names: all.map((user) => user.name),
        sudo: all.map((user) => (user.sudo ? 'yes' : 'no')),
        shells: all.map((user) => user.shell),
        groups: all.map((user) => user.groups.join(',')),
      },
      files: all.map((user) => text(`keys/${user.name}`, lines(user.authorizedKeys))),
    }),
  ];
}

function files(layerName: string, placed: readonly PlacedFile[]): Unnumbered[] {
  if (placed.length === 0) return [];
  return [
    step(`${layerName}-files`, 'files', {
      values: {
        paths: placed.map((file) => file.path),
        owners: placed.map((file) => file.owner),
        groups: placed.map((file) => file.group),
        modes: placed.map((file) => file.mode),
      },
      files: placed.map((file) => ({ path: `rootfs${file.path}`, executable: false, content: file.content })),
    }),
  ];
}

function services(layerName: string, units: readonly string[]): Unnumbered[] {
  if (units.length === 0) return [];
  return [step(`${layerName}-services`, 'services', { values: { units } })];
}

function userScript(layerName: string, { name, script, environment }: UserStep): Unnumbered {
  return step(`${layerName}-step-${name}`, 'user-script', {
    values: { name },
    files: [{ path: 'script', executable: true, content: script }],
    environment,
  });
}

function step(
  name: string,
  provisioner: string,
  parts: Partial<Pick<Step, 'values' | 'files' | 'environment' | 'artifacts'>> = {},
): Unnumbered {
  return { name, provisioner, values: {}, files: [], environment: {}, artifacts: [], ...parts };
}

function text(path: string, content: string): WorkspaceFile {
  return { path, executable: false, content };
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
