/** The values of the fleet's secrets: read from the environment at the last moment, given to Packer alone. */

import type { Environment } from '../context.ts';
import { Failed, type InputFailure } from '../failure.ts';
import type { ImagePlan } from '../plan/model.ts';
import { secretsOf } from '../render/image-hcl.ts';

/** Below this, hiding a secret in logs would hide half of the log with it. */
const SHORTEST = 8;

/** Name of the environment variable → its value, for all `images`; every one that is missing is reported. */
export function readSecrets(images: readonly ImagePlan[], environment: Environment): Map<string, string> {
  const names = secretNames(images);
  const hooks = new Set(images.flatMap(bakedHooks));
  const failures = names.flatMap(
    (name) => secretProblem(name, environment) ?? (hooks.has(name) ? hookProblem(name, environment) : []),
  );
  if (failures.length > 0) throw new Failed(failures);
  return new Map(names.map((name) => [name, environment[name] ?? '']));
}

/** The environment variables that hold the secrets of `images`, each once. */
export function secretNames(images: readonly ImagePlan[]): string[] {
  return [...new Set(images.flatMap(secretsOf))];
}

/** The environment variables that hold URLs of hooks that are baked in. */
function bakedHooks({ steps }: ImagePlan): string[] {
  return steps
    .filter(({ provisioner }) => provisioner === 'ossec-config')
    .flatMap(({ environment }) => Object.values(environment))
    .flatMap((value) => (value.kind === 'secret' ? [value.environmentVariable] : []));
}

/** The notifier posts to nothing else. */
function hookProblem(name: string, environment: Environment): InputFailure[] {
  if (/^https:\/\/[!-~]+$/.test(environment[name] ?? '')) return [];
  return [
    {
      kind: 'input',
      problem: `the secret ${name} is to be a hook's URL, and is no https URL`,
      remedy: 'use the whole address as the receiver shows it, beginning with https://, without a line end',
    },
  ];
}

/** Why the secret in the environment variable `name` can't be used; undefined where it can. */
export function secretProblem(name: string, environment: Environment): InputFailure | undefined {
  const value = environment[name];
  if (value === undefined || value === '') {
    return {
      kind: 'input',
      problem: `the secret ${name} is not in the environment`,
      remedy: `set ${name} where bake runs, from your CI's secret store`,
    };
  }
  if (value.length >= SHORTEST) return undefined;
  return {
    kind: 'input',
    problem: `the secret ${name} is too short to be hidden in logs`,
    remedy: `use one of at least ${SHORTEST} characters, or no secret at all`,
  };
}
