/** Boots a finished image twice with Packer, has it tampered with, and judges what was seen. Makes no image. */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import type { Emit } from '../events.ts';
import type { Fleet, Role } from '../fleet/model.ts';
import { effectiveOssec } from '../ossec/config.ts';
import { packerBuildWithoutImage } from '../packer/run.ts';
import type { PackerTools } from '../packer/tools.ts';
import type { Assets } from '../render/assets.ts';
import { renderVerify } from '../render/verify.ts';
import { expectationOf } from '../verify/expect.ts';
import { imageChecks } from '../verify/image-checks.ts';
import { judge } from '../verify/judge.ts';
import type { CheckResult, LeftOut, VerifyReport } from '../verify/model.ts';
import { tamperings } from '../verify/plants.ts';
import { readIdentity, readObservation } from '../verify/read-observation.ts';
import { soughtSecrets } from '../verify/sought.ts';
import type { Site } from '../world/site.ts';
import { VERSION } from '../world/version.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';
import { withWayIn } from './way-in.ts';

export interface VerifierOptions {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly site: Site;
  readonly tools: PackerTools;
  readonly assets: Assets;
  readonly runId: string;
  readonly runFolder: string;
  /** Environment variable → secret of the bake, as far as they are known here. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What is verified. */
export interface Subject {
  readonly role: Role;
  readonly imageId: string;
  readonly imageName: string;
  readonly fingerprint: string;
}

export type Verify = (subject: Subject) => Promise<VerifyReport>;

/** `verify` throws `Failed` where an instance can't be launched or reached, as a bake does. */
export function openVerifier(options: VerifierOptions): Verify {
  return (subject) => verifyImage(subject, options);
}

async function verifyImage(subject: Subject, options: VerifierOptions): Promise<VerifyReport> {
  const { context, fleet, runId } = options;
  const { role, imageId, imageName, fingerprint } = subject;
  const startedAt = context.now();
  const folder = join(options.runFolder, role.name, 'verify');
  const workspace = join(folder, 'workspace');
  await mkdir(folder, { recursive: true });
  await writeWorkspace(renderVerify(fleet, role, options.assets), workspace);
  const { emit } = context.reporter;
  emit({ type: 'verify.started', image: role.name, imageId, log: join(folder, 'all.log') });
  const image = await lookAtImage(imageId, options);
  const [seen, twin] = await withWayIn({ ...options, role }, (wayIn) =>
    together(context.signal, (signal) => [
      bootOnce(subject, 'all', { ...options, folder, emit, signal, wayIn }),
      bootOnce(subject, 'identity', { ...options, folder, emit: () => {}, signal, wayIn }),
    ]),
  );
  const findings = judge({
    expected: expectationOf(fleet, role),
    leftOut: [...tamperings(effectiveOssec(fleet, role)).leftOut, ...unknownSecrets(role, options)],
    observed: readObservation(seen, role.name),
    image,
    twin: readIdentity(twin, role.name),
  });
  return {
    schema: 1,
    ...{ fleet: fleet.name, role: role.name, imageId, imageName, fingerprint },
    ...{ run: runId, bakeVersion: VERSION, at: startedAt.toISOString() },
    milliseconds: context.now().getTime() - startedAt.getTime(),
    ...findings,
  };
}

async function lookAtImage(imageId: string, { fleet, site }: VerifierOptions): Promise<CheckResult[]> {
  const { images } = site.aws;
  const [found, sharedWith] = await Promise.all([images.describe(imageId), images.sharedWith(imageId)]);
  const { encrypted } = fleet.builder.encryption;
  return found === undefined ? [] : imageChecks({ image: found.image, sharedWith, encrypted });
}

/** Where one boot fails the other is interrupted, and both have cleaned up when this ends. */
async function together<T>(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => readonly [Promise<T>, Promise<T>],
): Promise<readonly [T, T]> {
  const failing = new AbortController();
  const boots = begin(AbortSignal.any([signal, failing.signal])).map((boot) =>
    boot.catch((error: unknown) => {
      failing.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(boots);
  failing.signal.throwIfAborted();
  const [one, other] = await Promise.all(boots);
  if (one === undefined || other === undefined)
    throw new Error('a boot that ended well has reported nothing');
  return [one, other];
}

interface Boot extends VerifierOptions {
  readonly folder: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Packer variables. */
  readonly wayIn: Readonly<Record<string, string>>;
}

/** What the program on the booted image has written. */
async function bootOnce(
  { role, imageId }: Subject,
  part: 'all' | 'identity',
  options: Boot,
): Promise<string> {
  const { context, site, folder } = options;
  const observed = join(folder, `${part}.json`);
  await packerBuildWithoutImage({
    tools: options.tools,
    workspaceFolder: join(folder, 'workspace'),
    variables: {
      image_id: imageId,
      part,
      run_id: options.runId,
      ...options.wayIn,
      observed_file: observed,
    },
    // Only one of the two boots looks for them.
    secrets: { secrets: JSON.stringify(part === 'all' ? knownSecrets(role, options) : {}) },
    environment: site.childEnvironment,
    log: join(folder, `${part}.log`),
    emit: options.emit,
    image: role.name,
    signal: options.signal,
    killSignal: context.killSignal,
    askAws: () => site.aws.imagesOfRun(options.runId, role.name),
  });
  return readFile(observed, 'utf8');
}

function knownSecrets(role: Role, { fleet, secrets }: VerifierOptions): Record<string, string> {
  const known = soughtSecrets(fleet, role).flatMap((name) => {
    const value = secrets.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

function unknownSecrets(role: Role, { fleet, secrets }: VerifierOptions): LeftOut[] {
  const unknown = soughtSecrets(fleet, role).filter((name) => !secrets.has(name));
  return unknown.map((name) => ({
    name: `the secret ${name} on the disk`,
    because: 'it is not in the environment of this machine',
  }));
}
