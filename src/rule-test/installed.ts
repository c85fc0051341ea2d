/** A machine with OSSEC, installed as on a builder and kept, so that the next test of rules takes seconds. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LocalFile } from '../build/prepare.ts';
import type { Context } from '../context.ts';
import type { Workspace } from '../plan/model.ts';
import { formatOffers } from '../trees/model.ts';
import type { Lend, Lent } from '../trees/supply.ts';
import { collectArtifacts } from '../world/artifacts.ts';
import type { KeptMachine, Sandbox, SandboxMachine } from '../world/rehearsal.ts';
import { mustRun, runStep, type StepRun, UPLOADED, upload, withScratch } from './step.ts';

export interface InstallOptions {
  readonly context: Context;
  readonly sandbox: Pick<Sandbox, 'content' | 'imageId' | 'find' | 'use'>;
  readonly workspace: Workspace;
  readonly tarball: LocalFile;
  /** Digest of what compiles OSSEC. */
  readonly treeRecipe: string;
  readonly lend: Lend;
  readonly log: StepRun['log'];
}

const STEP = '01-ossec';
/** Of no use on a machine that installs nothing more. */
const PACKAGE_LISTS = ['/var/lib/apt/lists', '/var/cache/apt'];

/** What was kept is used while its OSSEC is, file by file, what was installed. */
export async function installed(options: InstallOptions): Promise<KeptMachine> {
  const name = nameOf(options);
  const before = await options.sandbox.find(name);
  if (before !== undefined && (await isWhole(before, options))) return before;
  await install(name, options);
  const after = await options.sandbox.find(name);
  if (after === undefined) throw new Error('the machine with OSSEC was kept and is not there');
  return after;
}

/** The tarball, the step that installs it, and the Debian below. */
function nameOf({ workspace, tarball, sandbox }: InstallOptions): string {
  const ours = workspace.files.filter(
    ({ path }) => path === 'steps/lib.sh' || path.startsWith(`steps/${STEP}/`),
  );
  const recipe = ours.map(({ path, executable, content }) => [path, executable, String(content)]);
  return createHash('sha256')
    .update(JSON.stringify([sandbox.content, tarball.sha256, recipe]))
    .digest('hex');
}

async function isWhole(kept: KeptMachine, { sandbox, context }: InstallOptions): Promise<boolean> {
  const digest = await sandbox.use({ image: kept, network: false }, digestOf);
  if (digest === kept.note) return true;
  context.reporter.emit({
    type: 'notice',
    level: 'warning',
    text: 'the kept machine with OSSEC is not what was installed there; OSSEC is installed again',
  });
  return false;
}

const DIGEST = `set -o pipefail
find /var/ossec /etc/ossec-init.conf -type f -print0 | LC_ALL=C sort --zero-terminated |
  xargs --null sha256sum | sha256sum | cut --delimiter=' ' --fields=1`;

async function digestOf(machine: SandboxMachine): Promise<string> {
  return (await mustRun(machine, ['bash', '-c', DIGEST])).trim();
}

async function install(name: string, options: InstallOptions): Promise<void> {
  const { context, sandbox, tarball, treeRecipe: recipe, lend } = options;
  const { emit } = context.reporter;
  const startedAt = Date.now();
  emit({ type: 'setup.started', item: 'OSSEC', detail: 'on a machine of its own, which is kept' });
  await lend({ key: { tarball: tarball.sha256, recipe }, ami: sandbox.imageId }, (lent) =>
    sandbox.use({ image: undefined, network: true }, async (machine) => {
      await installOn(machine, lent, options);
      await mustRun(machine, ['rm', '--recursive', '--force', UPLOADED, ...PACKAGE_LISTS]);
      await machine.keep(name, await digestOf(machine));
    }),
  );
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  emit({ type: 'setup.finished', item: 'OSSEC', detail: `installed in ${seconds} s` });
}

async function installOn(machine: SandboxMachine, lent: Lent, options: InstallOptions): Promise<void> {
  const { tarball, workspace, log } = options;
  const artifacts = new Map([[tarball.sha256, tarball.path], ...lent.artifacts]);
  await upload(machine, workspace, (folder) => collectArtifacts(join(folder, 'artifacts'), artifacts));
  await runStep(machine, workspace, {
    id: STEP,
    script: 'run.sh',
    log,
    environment: {
      BAKE_OSSEC_TARBALL_FILE: `${UPLOADED}/artifacts/${tarball.sha256}`,
      BAKE_OSSEC_TARBALL_SHA256: tarball.sha256,
      BAKE_OSSEC_BUILT_TREES: formatOffers(lent.trees),
    },
  });
  await withScratch(async (folder) => {
    await machine.copyOut(`${UPLOADED}/built`, folder);
    await lent.arrived(folder);
  });
}
