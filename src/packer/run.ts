/** Runs Packer on a workspace. */

import type { Environment } from '../context.ts';
import type { Emit } from '../events.ts';
import { fail } from '../failure.ts';
import { runProgram } from '../world/processes.ts';
import { type Ending, runPacker } from './child.ts';
import { packerEnvironment, sensitiveValues } from './environment.ts';
import { explainFailure } from './explain.ts';
import { type FailedBuildOptions, failureOf, interrupted } from './failed-build.ts';
import { logLine, openLog, redactRecord } from './log.ts';
import { type PackerRecord, recordParser } from './machine-readable.ts';
import { withPrivateFolder } from './private-folder.ts';
import { advance, type BuildState, beginBuild } from './progress.ts';
import { redactor, streamingRedactor } from './redact.ts';
import { watchSilence } from './silence.ts';
import type { PackerTools } from './tools.ts';

export interface PackerOptions {
  readonly tools: PackerTools;
  /** Absolute path of the rendered files. */
  readonly workspaceFolder: string;
  /** Packer variable → value, shown to everyone in the list of processes. Strings as they are, others as HCL. */
  readonly variables: Readonly<Record<string, string>>;
  /** Packer variable → value, passed in base64 and through the environment only. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The whole environment of Packer and its plugins, but for what they need from bake. */
  readonly environment: Environment;
  /** The image's name in events and failures. */
  readonly image: string;
}

export interface PackerBuildOptions extends PackerOptions, FailedBuildOptions {
  /** Path of the log; overwritten. */
  readonly log: string;
  readonly emit: Emit;
  /** Interrupts Packer, which then removes what it has made. */
  readonly signal?: AbortSignal;
  /** Kills Packer. */
  readonly killSignal?: AbortSignal;
  /** Any call to AWS that reads: made while Packer is silent, to learn whether AWS is why. */
  readonly askAws: () => Promise<unknown>;
}

export interface BuiltImage {
  readonly region: string;
  readonly imageId: string;
}

export interface PackerBuilt {
  /** The image in the region of the build. */
  readonly imageId: string;
  readonly artifacts: readonly BuiltImage[];
}

/**
 * `packer build`: emits `image.phase` and `image.output` on the way. Throws `Failed` with a `BuildFailure`,
 * or with an `Interruption` where `signal` was aborted; both name what is left behind at AWS.
 */
export async function packerBuild(options: PackerBuildOptions): Promise<PackerBuilt> {
  const { state, ending } = await runBuild(options);
  const artifacts = builtImages(state.artifacts);
  const [first] = artifacts;
  if (ending.exitCode === 0 && first !== undefined) return { imageId: first.imageId, artifacts };
  return fail(await failureOf(options, state, ending));
}

/** `packer build` of a template that makes no image. Throws as {@link packerBuild} does. */
export async function packerBuildWithoutImage(options: PackerBuildOptions): Promise<void> {
  const { state, ending } = await runBuild(options);
  if (ending.exitCode !== 0) fail(await failureOf(options, state, ending));
}

async function runBuild(options: PackerBuildOptions): Promise<{ state: BuildState; ending: Ending }> {
  if (options.signal?.aborted) fail(interrupted(options.image, 'interrupted before Packer was started'));
  const sensitive = sensitiveValues(options.environment, options.secrets);
  const redact = redactor(sensitive);
  const errorOutput = streamingRedactor(sensitive);
  const parser = recordParser();
  const log = await openLog(options.log, options.emit);
  let state = beginBuild(options.image, options.workspaceFolder);
  const take = (records: readonly PackerRecord[]) => {
    for (const record of records.map((raw) => redactRecord(raw, redact))) {
      log.write(logLine(record));
      const next = advance(state, record);
      state = next.state;
      next.events.forEach(options.emit);
    }
  };
  const silence = watchSilence(options);
  const ending = await withPrivateFolder(options.environment, (privateFolder) =>
    runPacker({
      tools: options.tools,
      args: ['build', ...BUILD_FLAGS, ...variableFlags(options.variables), options.workspaceFolder],
      cwd: options.workspaceFolder,
      environment: packerEnvironment({ ...options, privateFolder }),
      onOutput: (chunk) => {
        silence.heard();
        take(parser.push(chunk));
      },
      onErrorOutput: (chunk) => log.write(errorOutput.push(chunk)),
      signal: options.signal,
      killSignal: options.killSignal,
    }),
  ).finally(silence.end);
  take(parser.end());
  log.write(errorOutput.end());
  await log.close();
  return { state, ending };
}

const BUILD_FLAGS = ['-machine-readable', '-color=false', '-timestamp-ui=false', '-on-error=cleanup'];

function variableFlags(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
}

/** `us-east-1:ami-1`, several of them with commas between. */
function builtImages(artifacts: readonly string[]): BuiltImage[] {
  return artifacts
    .flatMap((artifact) => artifact.split(','))
    .flatMap((artifact) => {
      const [, region, imageId] = /^([a-z0-9-]+):(ami-[0-9a-f]+)$/.exec(artifact) ?? [];
      return region === undefined || imageId === undefined ? [] : [{ region, imageId }];
    });
}

/** `packer validate`: needs neither network nor credentials. Throws `Failed` with the first thing that is wrong. */
export async function packerValidate(options: PackerOptions): Promise<void> {
  const redact = redactor(sensitiveValues(options.environment, options.secrets));
  const ran = await withPrivateFolder(options.environment, (privateFolder) =>
    runProgram(
      options.tools.packer,
      ['validate', '-machine-readable', ...variableFlags(options.variables), options.workspaceFolder],
      { environment: packerEnvironment({ ...options, privateFolder }), cwd: options.workspaceFolder },
    ),
  );
  if (ran.exitCode === 0) return;
  const parser = recordParser();
  const records = [...parser.push(ran.stdout), ...parser.end()].map((record) => redactRecord(record, redact));
  const state = records.reduce(
    (before, record) => advance(before, record).state,
    beginBuild(options.image, options.workspaceFolder),
  );
  fail({ kind: 'build', image: options.image, ...explainFailure(state, ran.exitCode) });
}

/** `packer fmt -check`: the files below `folder` that are not formatted as Packer would, absolute or relative as `folder` is. */
export async function packerFormatCheck(
  options: Pick<PackerOptions, 'tools' | 'environment'> & { readonly folder: string },
): Promise<string[]> {
  const ran = await runProgram(options.tools.packer, ['fmt', '-check', '-recursive', options.folder], {
    environment: { ...options.environment, ...options.tools.environment },
  });
  if (ran.exitCode === 0) return [];
  const NOT_FORMATTED = 3;
  if (ran.exitCode === NOT_FORMATTED) return ran.stdout.split('\n').filter((line) => line !== '');
  return fail({
    kind: 'build',
    image: options.folder,
    problem: `Packer can't read the HCL: ${`${ran.stdout}${ran.stderr}`.trim()}`,
  });
}
