/** The way of an API call: host, signature, fault, and then the server's own answer or moto's. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkHost, guessProtocol, readSigned, readVerifiedBody, type Signed } from './authenticate.ts';
import { answerAutoScaling } from './autoscaling/actions.ts';
import { describeTargetHealth } from './autoscaling/targets.ts';
import type { WorldOfGroups } from './autoscaling/world.ts';
import { AwsError } from './aws-error.ts';
import type { Calls, Log } from './calls.ts';
import { Disconnected, type HeldCalls, throughFaults } from './connection-faults.ts';
import { answerControl, answerHello, isControl } from './control.ts';
import { answerEc2 } from './ec2/actions.ts';
import { afterEc2 } from './ec2/egress.ts';
import type { HookSink } from './hook-sink.ts';
import { type Answer, type RequestHead, readHead, send } from './http.ts';
import { answerParameters, type PublicParameters } from './public-parameters.ts';
import type { Keyring } from './signature/keyring.ts';
import { signatureError } from './signature/problem.ts';
import { answerSsm } from './ssm/actions.ts';
import { encodeEc2 } from './wire/ec2-answer.ts';
import { encodeError } from './wire/errors.ts';
import { formOf, operationOf, type Protocol } from './wire/protocol.ts';
import { encodeQuery } from './wire/query-answer.ts';

export interface ApiOptions {
  readonly world: WorldOfGroups;
  readonly keyring: Keyring;
  readonly calls: Calls;
  readonly held: HeldCalls;
  readonly hooks: HookSink;
  readonly log: Log;
  readonly secretAccessKey: string;
  readonly publicParameters: PublicParameters;
  /** The port that it is reached at. */
  readonly port: () => number;
  /** Whether what runs the instances answers. */
  readonly hasMachines: () => Promise<boolean>;
}

/** What is known of a call so far. */
interface Progress {
  protocol: Protocol;
  action: string;
  region: string;
  /** Aborted when the connection is closed. */
  readonly left: AbortSignal;
}

/** Service and region of an endpoint that answers for them only. */
export interface Scope {
  readonly service: string;
  readonly region: string;
}

/** At the rehearsal's own address; with `scope`, at an endpoint that instances call by AWS's name for it. */
export async function handleApi(
  options: ApiOptions,
  message: IncomingMessage,
  response: ServerResponse,
  scope?: Scope,
): Promise<void> {
  const start = performance.now();
  const head = readHead(message);
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  const progress: Progress = { protocol: guessProtocol(head), action: '-', region: '-', left: closed.signal };
  const record = (outcome: string) => {
    const { action, region } = progress;
    if (action !== 'rehearsal:hello')
      options.calls.record({ action, region, outcome }, performance.now() - start);
  };
  let outcome = 'ok';
  let answer: Answer;
  try {
    answer = await (scope === undefined
      ? answerOwn(options, message, head, progress)
      : answerScoped(options, message, head, progress, scope));
    if (answer.status >= 400) outcome = `HTTP ${answer.status}`;
  } catch (error) {
    if (error instanceof Disconnected) {
      record(error.name);
      throw error;
    }
    const refusal = asAwsError(error, options.log);
    outcome = refusal.code;
    answer = encodeError(progress.protocol, refusal);
    message.resume();
  }
  record(outcome);
  response.setHeader('date', serversNow(options).toUTCString());
  await send(response, answer);
}

/** What the server takes for the time. */
function serversNow({ world }: ApiOptions): Date {
  return new Date(world.now().getTime() + world.faults.skewSeconds() * 1000);
}

async function answerOwn(
  options: ApiOptions,
  message: IncomingMessage,
  head: RequestHead,
  progress: Progress,
): Promise<Answer> {
  checkHost(head, options.port());
  const hello = answerHello(head, options.secretAccessKey);
  if (hello !== undefined) {
    progress.action = 'rehearsal:hello';
    return hello;
  }
  const signed = readSigned(head);
  progress.protocol = isControl(head) ? 'json' : signed.protocol;
  progress.region = signed.authorization.region;
  const now = isControl(head) ? options.world.now() : serversNow(options);
  const body = await readVerifiedBody(message, head, signed, options.keyring, now);
  if (isControl(head)) {
    progress.action = 'rehearsal:control';
    return answerControl(
      {
        faults: options.world.faults,
        calls: options.calls,
        held: options.held,
        hooks: options.hooks,
        groupClock: options.world.autoScaling.clock,
        agents: options.world.commands.agents,
      },
      head,
      body,
    );
  }
  return await answerSigned(options, signed, head, body, progress);
}

/** There is nothing here but the service's own calls, signed for it. */
async function answerScoped(
  options: ApiOptions,
  message: IncomingMessage,
  head: RequestHead,
  progress: Progress,
  { service, region }: Scope,
): Promise<Answer> {
  const signed = readSigned(head);
  const { authorization } = signed;
  progress.region = region;
  if (authorization.service !== service || authorization.region !== region || isControl(head)) {
    throw signatureError(signed.protocol, 'mismatch');
  }
  const body = await readVerifiedBody(message, head, signed, options.keyring, serversNow(options));
  return await answerSigned(options, signed, head, body, progress);
}

async function answerSigned(
  options: ApiOptions,
  signed: Signed,
  head: RequestHead,
  body: Buffer,
  progress: Progress,
): Promise<Answer> {
  if (!(await options.hasMachines())) throw noMachines();
  const { faults } = options.world;
  const operation = operationOf(signed.protocol, head, body);
  progress.action = `${signed.authorization.service}:${operation}`;
  return throughFaults({ faults, held: options.held }, progress, async () => {
    const fault = faults.take(progress.action, 'refuse');
    if (fault !== undefined) throw new AwsError(fault.code, fault.message, fault.status);
    return answerService(options, signed, head, body, operation);
  });
}

/** What it knows of instances and images is not so any more. With a code that nobody tries again for. */
function noMachines(): AwsError {
  const message =
    'The Docker engine behind the rehearsal does not answer any more: `bake rehearse down`, and the same command again.';
  return new AwsError('RehearsalIsGone', message, 410);
}

const AUTO_SCALING = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';
const LOAD_BALANCING = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';

async function answerService(
  { world, publicParameters }: ApiOptions,
  { authorization, protocol }: Signed,
  head: RequestHead,
  body: Buffer,
  operation: string,
): Promise<Answer> {
  const { service, region } = authorization;
  const forward = (sent: Buffer) => world.moto.forward(head, sent, { service, region, operation });
  if (protocol === 'ec2') {
    const own = await answerEc2(world, operation, { region, params: formOf(head, body) });
    if (own !== undefined) return encodeEc2(operation, own);
    const answer = await forward(body);
    await afterEc2(world, operation, region);
    return answer;
  }
  if (service === 'autoscaling') {
    const own = await answerAutoScaling(world, operation, { region, params: formOf(head, body) });
    if (own !== undefined) return encodeQuery(AUTO_SCALING, operation, own);
  }
  if (service === 'elasticloadbalancing' && operation === 'DescribeTargetHealth') {
    const own = describeTargetHealth(world, { region, params: formOf(head, body) });
    if (own !== undefined) return encodeQuery(LOAD_BALANCING, operation, own);
  }
  if (service === 'ssm') {
    const own = await answerParameters(publicParameters, { region, operation, body, forward });
    if (own !== undefined) return own;
    const answer = await answerSsm(world, operation, { region, body });
    if (answer !== undefined) return answer;
  }
  return await forward(body);
}

/** Anything but a refusal is a bug of ours: it is logged, and the caller learns only that there is one. */
function asAwsError(error: unknown, log: Log): AwsError {
  if (error instanceof AwsError) return error;
  log(`bug: ${error instanceof Error ? error.stack?.replaceAll('\n', ' | ') : String(error)}`);
  return new AwsError('InternalFailure', 'The rehearsal has a bug: its log says more.', 500);
}
