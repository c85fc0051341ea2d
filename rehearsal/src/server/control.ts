/** The rehearsal's own calls, below `/_rehearsal/`: no bucket can have this name. */

import { createHmac } from 'node:crypto';
import type { GroupClock } from './autoscaling/clock.ts';
import { AwsError } from './aws-error.ts';
import type { Calls } from './calls.ts';
import type { HeldCalls } from './connection-faults.ts';
import { type Faults, parseFaults } from './faults.ts';
import type { HookSink } from './hook-sink.ts';
import type { Answer, RequestHead } from './http.ts';
import type { Agents } from './ssm/agents.ts';

const ROOT = '/_rehearsal/';

export function isControl(head: RequestHead): boolean {
  return head.path.startsWith(ROOT);
}

/**
 * `GET /_rehearsal/hello?nonce=N`: proves to a client that it talks to the rehearsal that it knows the
 * secret of, before it signs anything. Undefined where this is another call.
 */
export function answerHello(head: RequestHead, secretAccessKey: string): Answer | undefined {
  if (head.method !== 'GET' || head.path !== `${ROOT}hello`) return undefined;
  const nonce = new URLSearchParams(head.query).get('nonce') ?? '';
  if (!/^[\w-]{8,128}$/.test(nonce)) {
    throw new AwsError('ValidationError', 'nonce: 8 to 128 letters, digits, dashes and underscores');
  }
  const proof = createHmac('sha256', secretAccessKey).update(nonce).digest('hex');
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: proof };
}

export interface Controlled {
  readonly faults: Faults;
  readonly calls: Calls;
  readonly held: HeldCalls;
  readonly hooks: HookSink;
  readonly groupClock: GroupClock;
  readonly agents: Agents;
}

/**
 * `PUT /_rehearsal/faults` replaces the faults, `GET` shows those that are left.
 * `GET /_rehearsal/held` shows the calls that a fault holds, `DELETE` lets them go on.
 * `GET /_rehearsal/calls` shows the calls that were answered, `DELETE` forgets them; `hooks` the same for
 * what was posted to hooks. `PUT /_rehearsal/group-clock` moves the clock of Auto Scaling groups on.
 * `PUT /_rehearsal/agents` says of which instances SSM's agent is absent or lost.
 * @throws AwsError
 */
export function answerControl(
  { faults, calls, held, hooks, groupClock, agents }: Controlled,
  head: RequestHead,
  body: Buffer,
): Answer {
  switch (`${head.method} ${head.path.slice(ROOT.length)}`) {
    case 'PUT faults':
      faults.replace(parseFaults(body.toString('utf8')));
      return json(faults.list());
    case 'GET faults':
      return json(faults.list());
    case 'GET held':
      return json(held.list());
    case 'DELETE held':
      held.release();
      return json([]);
    case 'GET calls':
      return json(calls.list());
    case 'DELETE calls':
      calls.clear();
      return json([]);
    case 'GET hooks':
      return json(hooks.list());
    case 'DELETE hooks':
      hooks.clear();
      return json([]);
    case 'PUT group-clock':
      groupClock.set(body.toString('utf8'));
      return json({ aheadSeconds: groupClock.aheadSeconds });
    case 'PUT agents':
      agents.replace(body.toString('utf8'));
      return json(agents.list());
    default:
      throw new AwsError('UnknownOperationException', 'The rehearsal has no such call.', 404);
  }
}

function json(content: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
