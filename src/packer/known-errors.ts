/** Packer's errors that have a known way out. Pure. */

import type { BuildState } from './progress.ts';

export interface Explanation {
  readonly problem: string;
  readonly remedy?: string;
}

type Rule = readonly [pattern: RegExp, explain: (match: RegExpExecArray, state: BuildState) => Explanation];

/** For whatever nobody has a better word for. */
export const AGAIN = 'the log says more; bake again, which begins this image anew';

const LARGER_VOLUME = 'make `builder.volume.size_gib` in the fleet file larger';

/** The first that fits is taken. */
export const KNOWN_ERRORS: readonly Rule[] = [
  [
    /Timeout waiting for SSH/,
    () => ({
      problem: 'the builder could not be reached by SSH in time',
      remedy:
        "check that its subnet and address let this machine in (`builder.ssh` in the fleet file), that the SSH user exists in the source image, and the instance's system log",
    }),
  ],
  [
    /SSH.*unable to authenticate|authentication error/i,
    () => ({
      problem: "the builder does not accept Packer's key",
      remedy: 'check the SSH user in the fleet file: Debian calls it `admin`, Ubuntu `ubuntu`',
    }),
  ],
  [
    /AMI Name: '([^']*)' is used by an existing AMI: (\S+)/,
    ([, name, id]) => ({
      problem: `the name ${name} is already taken by ${id}`,
      remedy: 'bake with `--force` for the next generation, or deregister that image',
    }),
  ],
  [
    /Script exited with non-zero exit status: (\d+)/,
    ([, status], state) => explainStep(`${stepName(state.step)} ended with exit code ${status}`, state),
  ],
  [
    /Script disconnected unexpectedly/,
    (_, { step }) => ({
      problem: `${stepName(step)} lost its connection to the builder`,
      remedy: 'a step must not reboot the builder, restart its network or stop sshd',
    }),
  ],
  [
    /exceeded max wait time for ImageAvailable/,
    () => ({
      problem: 'the image did not become available in time',
      remedy: 'AWS may still be copying a large volume; bake again, or make the volume smaller',
    }),
  ],
  [
    /exceeded max wait time for (Instance\w+)/,
    ([, waiter]) => ({
      problem: `AWS did not bring the builder to the wanted state in time (${waiter})`,
      remedy: 'bake again; see the instance in the EC2 console where it repeats',
    }),
  ],
  [
    /VPCIdNotSpecified|No default VPC|a valid Subnet Id was not specified/,
    () => ({
      problem: 'the region has no default VPC for the builder',
      remedy: 'name a subnet under `builder` in the fleet file',
    }),
  ],
  [
    /api error (?:UnauthorizedOperation|AccessDenied\w*): (.*?)(?:\s*Encoded authorization failure message.*)?$/s,
    (match) => ({
      problem: `AWS does not allow ${operationIn(match.input)}: ${match[1]}`,
      remedy: 'allow it for the credentials that bake uses',
    }),
  ],
  [
    /api error (RequestLimitExceeded|Throttling\w*):/,
    ([, code]) => ({
      problem: `AWS limits the rate of calls (${code}), and went on doing so while Packer tried again`,
      remedy: 'bake again in a minute, with fewer images at a time (`--concurrency 1`) where it repeats',
    }),
  ],
  [
    /api error (\w*LimitExceeded\w*|MaxSpotInstanceCountExceeded): (.*)$/s,
    ([, code, why]) => ({
      problem: `a quota of the AWS account is used up (${code}): ${why}`,
      remedy: 'ask for more in Service Quotas, end what is no longer needed, or choose another instance type',
    }),
  ],
  [
    /api error InsufficientInstanceCapacity: (.*)$/s,
    ([, why]) => ({
      problem: `AWS has no machine free: ${why}`,
      remedy: 'bake again later, in a subnet of another zone, or with another instance type',
    }),
  ],
  [
    /RequestTimeTooSkewed|RequestInTheFuture|Signature expired|Signature not yet current/,
    ([words]) => ({
      problem: `this machine's clock is not AWS's (${words})`,
      remedy: 'set it (`timedatectl set-ntp true`) and bake again',
    }),
  ],
  [
    /ExpiredToken|RequestExpired/,
    ([code]) => ({
      problem: `the credentials have expired (${code})`,
      remedy:
        "renew them (`aws sso login`, or your CI) and bake again; where they have not, this machine's clock is wrong",
    }),
  ],
  [
    /AuthFailure|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|No valid credential|failed to refresh cached credentials/,
    ([code]) => ({
      problem: `AWS does not accept the credentials (${code})`,
      remedy: 'renew them (`aws sso login`, or your CI), and check the clock of this machine',
    }),
  ],
  [
    /request send failed|dial tcp|connection reset by peer|no such host|i\/o timeout|TLS handshake timeout/,
    () => ({
      problem: 'AWS could not be reached any more',
      remedy: 'check the network and the proxy settings, and bake again',
    }),
  ],
  [
    /waiting for instance.*waiter state transitioned to Failure/s,
    () => ({
      problem: 'the builder ended before it was ready',
      remedy:
        "the log says what AWS names as the reason; the volume's key has to be usable (`builder.encryption`), and AWS must have capacity: bake again where it was that",
    }),
  ],
  [
    /waiting for AMI.*waiter state transitioned to Failure|AMI.*failed/is,
    () => ({
      problem: 'AWS could not make the image, and gave it up',
      remedy: 'bake again; where it repeats, ask AWS with the id of the image in the log',
    }),
  ],
  [
    /no space left on device|disk quota exceeded/i,
    () => ({
      problem: 'a disk is full: this machine’s temporary folder, or the volume of the builder',
      remedy: `free some space here, or ${LARGER_VOLUME}`,
    }),
  ],
  [
    /Missing plugins|is likely part of a plugin that\s+is not installed/,
    () => ({
      problem: 'Packer does not find its amazon plugin',
      remedy: 'see what `bake doctor` says of it',
    }),
  ],
  [
    /\.pkr\.hcl line \d+|A used variable must be set|Bad script '/,
    ({ input }) => ({
      problem: oneLine(input),
      remedy: 'bake has rendered these files itself: report it, with the log',
    }),
  ],
  [
    /api error (\w+): (.*)$/s,
    (match) => ({
      problem: `AWS refused ${operationIn(match.input)}: ${match[2]} (${match[1]})`,
      remedy: AGAIN,
    }),
  ],
];

const LONGEST_PROBLEM = 500;

/** `ec2:RunInstances`, as policies write it. */
function operationIn(text: string): string {
  const [, service = '', operation = 'a call'] = /operation error (\w+): (\w+)/.exec(text) ?? [];
  return service === '' ? operation : `${service.toLowerCase()}:${operation}`;
}

/** As programs say it, and apt. */
const DISK_FULL = /No space left on device|Disk quota exceeded|You don't have enough free space/;

/** Of a step Packer knows only the exit code; the reason is in what it printed last. */
function explainStep(problem: string, { tail }: BuildState): Explanation {
  const full = tail.findLast((line) => DISK_FULL.test(line));
  if (full === undefined) return { problem, remedy: 'the last lines of the log say why' };
  return {
    problem: `the builder's disk is full: ${problem}, after ${JSON.stringify(oneLine(full))}`,
    remedy: `${LARGER_VOLUME}, or have the step remove what the image does not need`,
  };
}

function stepName(step: string | undefined): string {
  return step === undefined ? 'a step' : `step ${step}`;
}

/** Packer wraps its diagnostics for a terminal. */
export function oneLine(text: string): string {
  const line = text.replaceAll('(source code not available)', '').replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST_PROBLEM ? line : `${line.slice(0, LONGEST_PROBLEM)}…`;
}
