/** `bake doctor`: what a bake needs, whether it is there, and how to get it. Changes nothing. */

import { execa } from 'execa';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, type Failure } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { probeTools } from '../packer/tools.ts';
import { planImages } from '../plan/images.ts';
import { secretsOf } from '../render/image-hcl.ts';
import { formatFailure } from '../report/failure.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { openAws } from '../world/aws.ts';
import { probeRehearsal } from '../world/rehearsal.ts';
import type { FleetOptions } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

/** One thing that a bake needs. */
export interface Check {
  readonly name: string;
  readonly status: 'there' | 'missing' | 'can be made';
  readonly detail: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}

export async function doctor(
  context: Context,
  options: FleetOptions & { readonly rehearse: boolean },
): Promise<ExitCode> {
  const { checks: fileChecks, fleet } = await checkFleet(context, options.file);
  const checks = [
    ...fileChecks,
    ...(await probeTools({ environment: context.environment })),
    ...(options.rehearse ? await probeRehearsal() : await checkAws(context, fleet)),
  ];
  context.reporter.result({ checks }, checks.flatMap(checkLines));
  return checks.some((check) => check.status === 'missing') ? EXIT.prerequisiteMissing : EXIT.done;
}

async function checkFleet(
  context: Context,
  file: string,
): Promise<{ checks: Check[]; fleet: Fleet | undefined }> {
  try {
    const fleet = await loadForCommand(context, file);
    const detail = `${fleet.name}, with ${fleet.roles.length} roles`;
    return {
      checks: [{ name: 'fleet file', status: 'there', detail }, ...checkSecrets(context, fleet)],
      fleet,
    };
  } catch (error) {
    return { checks: failed('fleet file', error), fleet: undefined };
  }
}

function checkSecrets({ environment }: Context, fleet: Fleet): Check[] {
  const names = planImages(fleet, fleet.roles, { flat: false }).flatMap(secretsOf);
  return [...new Set(names)].map((name) =>
    environment[name]
      ? { name: `secret ${name}`, status: 'there', detail: 'in the environment' }
      : {
          name: `secret ${name}`,
          status: 'missing',
          detail: 'not in the environment',
          remedy: `set ${name}`,
        },
  );
}

async function checkAws(context: Context, fleet: Fleet | undefined): Promise<Check[]> {
  if (fleet === undefined) return [];
  const aws = openAws({ region: fleet.region });
  const tarball: Check = fleet.ossec.tarball
    ? { name: 'OSSEC tarball', status: 'there', detail: fleet.ossec.tarball.from }
    : {
        name: 'OSSEC tarball',
        status: 'missing',
        detail: 'none named',
        remedy: 'set `ossec.tarball` and `ossec.sha256`',
      };
  return [
    tarball,
    ...(await check('credentials', async () => `${(await aws.identity()).arn}, region ${fleet.region}`)),
    ...(await check('source image', async () => {
      const source = await aws.sourceImage(fleet.source);
      return `${source.imageId} (${source.name})`;
    })),
    ...(fleet.builder.ssh.via === 'session_manager' ? [await checkSessionManager(context)] : []),
  ];
}

/** Packer's way in over Session Manager runs this program. */
async function checkSessionManager({ environment }: Context): Promise<Check> {
  const name = 'session-manager-plugin';
  const found = await execa(name, ['--version'], {
    reject: false,
    env: { ...environment },
    extendEnv: false,
  });
  if (found.exitCode === 0) return { name, status: 'there', detail: found.stdout.trim() };
  return {
    name,
    status: 'missing',
    detail: 'not on PATH',
    remedy: 'install it as the AWS Systems Manager user guide says',
  };
}

async function check(name: string, look: () => Promise<string>): Promise<Check[]> {
  try {
    return [{ name, status: 'there', detail: await look() }];
  } catch (error) {
    return failed(name, error);
  }
}

function failed(name: string, error: unknown): Check[] {
  if (!(error instanceof Failed)) throw error;
  return error.failures.map((failure: Failure) => ({
    name,
    status: 'missing' as const,
    detail: failure.kind === 'input' ? formatFailure(failure).join('\n') : failure.problem,
    ...(failure.kind !== 'input' && failure.remedy !== undefined ? { remedy: failure.remedy } : {}),
  }));
}

const MARK: Readonly<Record<Check['status'], string>> = { there: '✔', missing: '✖', 'can be made': '•' };

function checkLines(check: Check): string[] {
  return [
    ...`${MARK[check.status]} ${check.name}: ${check.detail}`.split('\n').map((line) => quoteTerminal(line)),
    ...(check.remedy === undefined ? [] : [`    → ${quoteTerminal(check.remedy)}`]),
    ...(check.commands ?? []).map((command) => `      ${quoteTerminal(command)}`),
  ];
}
