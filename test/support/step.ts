/** Runs a provisioner in a container as Packer would, and reads its contract. */

import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { renderEnvironment, renderValues } from '../../src/render/shell.ts';
import type { Container, Outcome } from './container.ts';
import { changed, snapshot } from './snapshot.ts';

export const PROVISIONERS = join(import.meta.dirname, '..', '..', 'provisioners');

const contractSchema = z.strictObject({
  summary: z.string().min(1),
  values: z.record(
    z.string().regex(/^[a-z][a-z0-9_]*$/),
    z.strictObject({ type: z.enum(['string', 'list']), description: z.string().min(1) }),
  ),
  files: z.record(z.string(), z.string().min(1)),
  environment: z.record(z.string().regex(/^BAKE_[A-Z0-9_]+\*?$/), z.string().min(1)),
  changes: z.array(z.string().regex(/^[/{]/)),
  network: z.boolean(),
});
export type Contract = z.infer<typeof contractSchema>;

export async function readContract(provisioner: string): Promise<Contract> {
  return contractSchema.parse(
    JSON.parse(await readFile(join(PROVISIONERS, provisioner, 'step.json'), 'utf8')),
  );
}

export interface StepInput {
  readonly provisioner: string;
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
  /** Path below the step's folder → content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly executable?: readonly string[];
  /** The script's plain environment, rendered to `environment.sh`. */
  readonly environment?: ReadonlyArray<readonly [string, string]>;
  /** What Packer brings at run time. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Uploads the step as Packer does: its folder to the disk, run.sh to a tmpfs. Returns the folder. */
export async function uploadStep(container: Container, input: StepInput): Promise<string> {
  const folder = `/var/tmp/bake/steps/01-${input.provisioner}`;
  await upload(container, input);
  await container.bash(`install -D '${folder}/run.sh' /run/bake/run.sh`);
  return folder;
}

/** Uploads the step and runs it once. */
export async function runStep(container: Container, input: StepInput): Promise<Outcome> {
  const folder = await uploadStep(container, input);
  return await container.exec(['bash', '/run/bake/run.sh'], {
    BAKE_STEP_FOLDER: folder,
    ...input.variables,
  });
}

export interface Measured extends Outcome {
  /** Paths on the disk that the run changed, without noise. */
  readonly changed: readonly string[];
}

/** The paths that don't belong to what a test itself uploads. */
export function withoutUpload(paths: readonly string[]): string[] {
  return paths.filter((path) => !matchesAny(path, ['/var/tmp/bake', '/var/tmp/bake/**']));
}

/** Runs the step and says what it changed. Uploaded files don't count, nor do paths that match `noise`. */
export async function measureStep(
  container: Container,
  input: StepInput,
  noise: readonly string[] = [],
): Promise<Measured> {
  const before = await snapshot(container);
  const outcome = await runStep(container, input);
  const paths = withoutUpload(changed(before, await snapshot(container)));
  return { ...outcome, changed: paths.filter((path) => !matchesAny(path, noise)) };
}

/** Those of `paths` that the contract does not allow; folders on the way to an allowed path are. */
export function beyondContract(
  contract: Contract,
  values: NonNullable<StepInput['values']>,
  paths: readonly string[],
): string[] {
  const allowed = contract.changes.flatMap((glob) => expand(glob, values));
  const onTheWay = new Set(allowed.flatMap(parents));
  return paths.filter((path) => !matchesAny(path, allowed) && !onTheWay.has(path));
}

function matchesAny(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => path === glob || globExpression(glob).test(path));
}

/** `**` is anything, `*` and `?` stay in a folder; files with a leading dot count, which node's matchesGlob won't. */
function globExpression(glob: string): RegExp {
  const source = glob.replace(
    /\*\*|[*?]|[^*?]+/g,
    (part) => WILDCARDS.get(part) ?? part.replace(/[\\^$.+()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`, 's');
}

const WILDCARDS = new Map([
  ['**', '.*'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
]);

/** `{name}` stands for the value of that name, or for each of its entries. */
function expand(glob: string, values: NonNullable<StepInput['values']>): string[] {
  const name = /\{([a-z_]+)\}/.exec(glob)?.[1];
  if (name === undefined) return [glob];
  return [values[name] ?? []].flat().map((value) => glob.replace(`{${name}}`, () => value));
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [parent, ...parents(parent)];
}

async function upload(container: Container, input: StepInput): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'bake-step-'));
  try {
    const folder = join(root, 'steps', `01-${input.provisioner}`);
    await cp(join(PROVISIONERS, input.provisioner), folder, { recursive: true });
    await cp(join(PROVISIONERS, 'lib.sh'), join(root, 'steps', 'lib.sh'));
    await writeFile(join(folder, 'values.sh'), renderValues(input.values ?? {}));
    await writeFile(join(folder, 'environment.sh'), renderEnvironment(input.environment ?? []));
    for (const [path, content] of Object.entries(input.files ?? {})) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    for (const path of input.executable ?? []) await chmod(join(folder, path), 0o755);
    await container.bash('mkdir -p /var/tmp/bake');
    await container.copyIn(root, '/var/tmp/bake');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
