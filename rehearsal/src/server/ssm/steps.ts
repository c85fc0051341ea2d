/** What SSM's agent does with the steps of a document, in the container that is the instance. */

import { randomUUID } from 'node:crypto';
import type { Executed, Machines } from '../../model.ts';
import type { Step } from './document.ts';

/** What a step has come to; the exit code is undefined where it had to be ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: 'by-itself' | 'out-of-time' | 'cancelled';
}

export interface StepPlace {
  readonly machines: Machines;
  readonly instanceId: string;
  readonly commandId: string;
  readonly region: string;
  /** An object of S3; undefined where there is none. */
  readonly object: (bucket: string, key: string) => Promise<Buffer | undefined>;
  /** Aborted by CancelCommand. */
  readonly signal: AbortSignal;
}

/** The agent is a service of systemd's, and its scripts have that environment. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function runStep(place: StepPlace, step: Step): Promise<Outcome> {
  return step.action === 'aws:runShellScript' ? runScript(place, step) : download(place, step);
}

/**
 * Keeps the script where the agent does, and runs it in a session of its own, so that all of it can be ended.
 * Arguments: folder, working directory, seconds, file for the session's id.
 */
const RUN = `set -eu
mkdir -p "$1" && chmod 700 "$1"
cat >"$1/_script.sh"
chmod 700 "$1/_script.sh"
cd "\${2:-$1}"
mkdir -p "\${4%/*}"
exec setsid --wait sh -c 'echo $$ >"$3"; exec timeout --kill-after=5 "$2" sh -c "$1/_script.sh"' run "$1" "$3" "$4"
`;

const KILL = 'kill -TERM "-$(cat "$1")"';

/** `timeout` ends with this where it had to end the script. */
const TIMED_OUT = 124;

async function runScript(
  { machines, instanceId, commandId, region, signal }: StepPlace,
  { name, inputs }: Extract<Step, { action: 'aws:runShellScript' }>,
): Promise<Outcome> {
  const folder = `/var/lib/amazon/ssm/${instanceId}/document/orchestration/${commandId}/${name}`;
  const session = `/run/amazon-ssm/${randomUUID()}`;
  const script = typeof inputs.runCommand === 'string' ? inputs.runCommand : inputs.runCommand.join('\n');
  const kill = () => {
    machines.execute(instanceId, ['sh', '-c', KILL, 'kill', session]).catch(() => undefined);
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const executed = await machines.execute(
      instanceId,
      ['sh', '-c', RUN, 'run', folder, inputs.workingDirectory ?? '', String(inputs.timeoutSeconds), session],
      {
        input: Buffer.from(`${script}\n`),
        environment: { PATH, AWS_SSM_INSTANCE_ID: instanceId, AWS_SSM_REGION_NAME: region },
      },
    );
    return outcomeOf(executed, signal.aborted);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function outcomeOf({ exitCode, stdout, stderr }: Executed, cancelled: boolean): Outcome {
  if (cancelled) return { exitCode: undefined, stdout, stderr, ended: 'cancelled' };
  if (exitCode === TIMED_OUT) return { exitCode: undefined, stdout, stderr, ended: 'out-of-time' };
  return { exitCode, stdout, stderr, ended: 'by-itself' };
}

/** A destination that is a folder, or ends with a slash, gets the object under its own name. */
const STORE =
  'set -eu; if [ -d "$1" ] || [ "${1%/}" != "$1" ]; then mkdir -p "$1"; cat >"${1%/}/$2"; else cat >"$1"; fi';

async function download(
  { machines, instanceId, object }: StepPlace,
  { inputs }: Extract<Step, { action: 'aws:downloadContent' }>,
): Promise<Outcome> {
  const address = addressOf(inputs.sourceInfo);
  const failed = (stderr: string): Outcome => ({ exitCode: 1, stdout: '', stderr, ended: 'by-itself' });
  if (address === undefined) return failed('failed to download content: the path is no address of S3');
  const content = await object(address.bucket, address.key);
  if (content === undefined) return failed(`failed to download content: NoSuchKey: ${address.key}`);
  const name = address.key.split('/').at(-1) ?? '';
  const stored = await machines.execute(
    instanceId,
    ['sh', '-c', STORE, 'store', inputs.destinationPath, name],
    { input: content, environment: { PATH } },
  );
  if (stored.exitCode !== 0) return failed(stored.stderr);
  return { ...failed(''), exitCode: 0, stdout: `Content downloaded to ${inputs.destinationPath}` };
}

/** `{"path": "https://s3.REGION.amazonaws.com/BUCKET/KEY"}`; undefined for anything else. */
export function addressOf(info: string | Readonly<Record<string, string>>) {
  const parsed: unknown = typeof info === 'string' ? parse(info) : info;
  const path = typeof parsed === 'object' && parsed !== null && 'path' in parsed ? String(parsed.path) : '';
  const [, bucket, key] =
    /^https:\/\/s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?\/([^/]+)\/(.+)$/.exec(path) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
