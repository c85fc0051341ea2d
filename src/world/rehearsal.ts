/** The way into the rehearsal, taken only with `--rehearse`, and for machines that need no AWS. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Context, Environment } from '../context.ts';
import { Failed, type Failure, fail } from '../failure.ts';
import { cacheFolder, openCache } from './cache.ts';

export type { KeptMachine, Sandbox, SandboxMachine } from '@bake-ami/rehearsal';

/** A rehearsal that runs and has proven to be ours. */
export interface RunningRehearsal {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly childEnvironment: Readonly<Record<string, string>>;
  readonly sshSource: string;
  readonly prepareSource: (imageId: string) => Promise<void>;
  readonly standIn: () => Promise<{ readonly path: string; readonly sha256: string }>;
}

/** Starts what is missing and leaves it running for the next command. */
export async function startRehearsal(context: Context): Promise<RunningRehearsal> {
  const package_ = await import('@bake-ami/rehearsal');
  const options = upOptions(context);
  return explained(async () => {
    const rehearsal = await package_.up(options);
    const { endpoint, accessKeyId, secretAccessKey, sshSource } = rehearsal;
    if (!(await package_.provesItself(endpoint, secretAccessKey))) refuse(endpoint);
    return {
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
      childEnvironment: package_.childEnvironment(rehearsal, context.environment),
      sshSource,
      prepareSource: (imageId) => explained(() => package_.prepare(options, [imageId])),
      standIn: () => explained(() => package_.standIn(options.cache)),
    };
  });
}

/**
 * Machines in the rehearsal's engine, without its AWS: a running rehearsal is neither needed nor started.
 * `standIn` is as in {@link RunningRehearsal}.
 */
export async function openSandbox(context: Context, distribution: 'debian-12' | 'debian-13') {
  const package_ = await import('@bake-ami/rehearsal');
  const options = upOptions(context);
  const sandbox = await explained(() => package_.openSandbox(options, distribution));
  const use: typeof sandbox.use = (how, work) => explained(() => sandbox.use(how, work));
  return {
    ...sandbox,
    find: (name: string) => explained(() => sandbox.find(name)),
    use,
    standIn: () => explained(() => package_.standIn(options.cache)),
  };
}

export async function rehearsalStatus(context: Context) {
  const { status } = await import('@bake-ami/rehearsal');
  return explained(() => status({ stateFolder: stateFolder(context.environment) }));
}

/** What a rehearsal needs, for `bake doctor`; installs and starts nothing. */
export async function probeRehearsal() {
  const { probe } = await import('@bake-ami/rehearsal');
  return explained(() => probe());
}

export async function stopRehearsal(context: Context): Promise<void> {
  const { down } = await import('@bake-ami/rehearsal');
  await explained(() =>
    down({ stateFolder: stateFolder(context.environment), report: context.reporter.emit }),
  );
}

function upOptions(context: Context) {
  const { reporter, environment, signal } = context;
  return {
    stateFolder: stateFolder(environment),
    cache: openCache(cacheFolder(environment), reporter.emit, signal),
    consent: (install: { why: string; commands: readonly string[] }) => consent(context, install),
    report: reporter.emit,
    signal,
  };
}

/** What changes the system is asked about, or announced where the answer was given beforehand. */
async function consent(
  { reporter, mayInstall }: Context,
  install: { readonly why: string; readonly commands: readonly string[] },
): Promise<boolean> {
  if (!mayInstall) return reporter.ask(`${install.why}. Install it on this system?`, install.commands);
  reporter.emit({
    type: 'notice',
    level: 'info',
    text: `${install.why}: installing it on this system with ${install.commands.join(' && ')}`,
  });
  return true;
}

/** State that must not outlive a reboot's processes lies apart from the cache. */
function stateFolder(environment: Environment): string {
  if (environment.BAKE_REHEARSAL) return environment.BAKE_REHEARSAL;
  const state = environment.XDG_STATE_HOME ?? join(environment.HOME ?? homedir(), '.local', 'state');
  return join(state, 'bake', 'rehearsal');
}

/**
 * Whoever answers at `endpoint` has to know the rehearsal's secret before any call is sent there, so that
 * another program on its port, or a way that leads elsewhere, gets nothing.
 */
function refuse(endpoint: string): never {
  fail({
    kind: 'rehearsal',
    problem: `what answers at ${endpoint} is not the rehearsal`,
    remedy: 'run `bake rehearse down`, then the same command again',
  });
}

/** The rehearsal's own errors as failures of ours. */
async function explained<T>(act: () => Promise<T>): Promise<T> {
  const { RehearsalError } = await import('@bake-ami/rehearsal');
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RehearsalError)) throw error;
    throw new Failed([failureOf(error)]);
  }
}

function failureOf(error: {
  readonly kind: 'missing' | 'failed';
  readonly message: string;
  readonly remedy: string | undefined;
  readonly commands: readonly string[];
  readonly log: string | undefined;
}): Failure {
  const common = {
    problem: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    commands: error.commands,
  };
  if (error.kind === 'missing') return { kind: 'prerequisite', ...common };
  return {
    kind: 'rehearsal',
    ...common,
    ...(error.log === undefined ? {} : { log: { path: error.log, tail: [] } }),
  };
}
