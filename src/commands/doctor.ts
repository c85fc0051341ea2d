/** `bake doctor`: what a bake needs, whether it is there, and how to get it. Changes nothing. */

import { execa } from 'execa';
import { secretNames, secretProblem } from '../build/secrets.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, Failed, type Failure } from '../failure.ts';
import type { Fleet } from '../fleet/model.ts';
import { probeTools } from '../packer/tools.ts';
import { planImages } from '../plan/images.ts';
import { formatFailure } from '../report/failure.ts';
import { quoteTerminal } from '../report/terminal-text.ts';
import { openAws } from '../world/aws.ts';
import { shownAddress } from '../world/download-address.ts';
import { probeRehearsal } from '../world/rehearsal.ts';
import type { FleetOptions } from './fleet-options.ts';
import { loadForCommand } from './load.ts';

export async function doctor(
  context: Context,
  options: FleetOptions & { readonly rehearse: boolean },
): Promise<ExitCode> {
  const { checks: fileChecks, fleet } = await checkFleet(context, options);
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
  options: FleetOptions,
): Promise<{ checks: Check[]; fleet: Fleet | undefined }> {
  try {
    const fleet = await loadForCommand(context, options);
    const detail = `${fleet.name}, with ${fleet.roles.length} roles`;
    return {
      checks: [{ name: 'fleet file', status: 'there', detail }, ...checkSecrets(context, fleet)],
      fleet,
    };
  } catch (error) {
    return { checks: failed('fleet file', error), fleet: undefined };
  }
}

/** Judged as a bake judges them. */
function checkSecrets({ environment }: Context, fleet: Fleet): Check[] {
  return secretNames(planImages(fleet, fleet.roles, { flat: false })).map((variable) => {
    const name = `secret ${variable}`;
    const problem = secretProblem(variable, environment);
    if (problem === undefined) return { name, status: 'there', detail: 'in the environment' };
    return { name, status: 'missing', detail: problem.problem, ...remedyOf(problem) };
  });
}

function remedyOf({ remedy }: Failure): Pick<Check, 'remedy'> {
  return remedy === undefined ? {} : { remedy };
}

async function checkAws(context: Context, fleet: Fleet | undefined): Promise<Check[]> {
  if (fleet === undefined) return [];
  const aws = openAws({ region: fleet.region });
  const tarball: Check = fleet.ossec.tarball
    ? { name: 'OSSEC tarball', status: 'there', detail: shownAddress(fleet.ossec.tarball.from) }
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
    ...(failure.kind === 'input' ? {} : remedyOf(failure)),
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
