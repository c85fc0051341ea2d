/** A step of an image, run on a machine of the sandbox as on a builder. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRunFolder } from '../build/run-folder.ts';
import { fail } from '../failure.ts';
import type { Workspace } from '../plan/model.ts';
import type { SandboxMachine } from '../world/rehearsal.ts';
import { writeWorkspace } from '../world/workspace-folder.ts';

/** Where a builder has it. */
export const UPLOADED = '/var/tmp/bake';

const TAIL_LINES = 10;

/** Uploads the rendered steps, and from `folder` what they need beside them. */
export async function upload(
  machine: SandboxMachine,
  workspace: Workspace,
  fill: (folder: string) => Promise<void> = async () => {},
): Promise<void> {
  await withScratch(async (scratch) => {
    const folder = join(scratch, 'upload');
    await writeWorkspace(workspace, folder);
    await fill(folder);
    await mustRun(machine, ['mkdir', '--parents', UPLOADED]);
    await machine.copyIn(folder, UPLOADED);
  });
}

export interface StepRun {
  /** The step's folder: `01-ossec`. */
  readonly id: string;
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Where the log goes if it fails: the folder of the fleet file, and the run's id. */
  readonly log: { readonly fleetFolder: string; readonly runId: string };
}

/** What the script printed on standard output. @throws Failed where it fails, with all that it said in a log */
export async function runStep(machine: SandboxMachine, workspace: Workspace, step: StepRun): Promise<string> {
  const folder = `${UPLOADED}/steps/${step.id}`;
  const { exitCode, stdout, stderr } = await machine.run(['bash', `${folder}/${step.script}`], {
    environment: { BAKE_STEP_FOLDER: folder, ...step.environment },
    ...(step.input === undefined ? {} : { input: step.input }),
  });
  if (exitCode === 0) return stdout;
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line !== '');
  const path = join(await makeRunFolder(step.log.fleetFolder, step.log.runId), `${step.id}.log`);
  await writeFile(path, `${said.join('\n')}\n`);
  return fail({
    kind: 'build',
    image: workspace.image,
    problem: `step ${step.id} ended with exit code ${exitCode}`,
    log: { path, tail: said.slice(-TAIL_LINES) },
  });
}

/** For what can only fail if the machine does. */
export async function mustRun(machine: SandboxMachine, argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await machine.run(argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with exit code ${exitCode}: ${stderr}`);
  return stdout;
}

/** A folder that is gone when this ends. */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-rule-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
