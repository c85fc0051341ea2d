/** Which instances SSM reaches: those that run with an instance profile, unless a test says otherwise. */

import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Instance } from '../state/model.ts';

/** `absent`: SSM doesn't know the instance. `lost`: it knows it, and hears nothing of it any more. */
export type AgentState = 'online' | 'lost' | 'absent';

const AGENTS = z.record(z.string().regex(/^i-[0-9a-f]+$/), z.enum(['online', 'lost', 'absent']));

export class Agents {
  #said = new Map<string, AgentState>();

  /** Reads what a test sent: `{"i-0123": "lost"}`; of instances that it doesn't name, nothing is said any more. */
  replace(json: string): void {
    const parsed = AGENTS.safeParse(parse(json));
    if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
    this.#said = new Map(Object.entries(parsed.data));
  }

  list(): Readonly<Record<string, AgentState>> {
    return Object.fromEntries(this.#said);
  }

  /** A stopped instance stays known for a while. */
  stateOf({ id, state, profile }: Pick<Instance, 'id' | 'state' | 'profile'>): AgentState {
    const said = this.#said.get(id);
    if (said === 'absent' || profile === undefined) return 'absent';
    if (state === 'running') return said ?? 'online';
    return state === 'stopping' || state === 'stopped' ? 'lost' : 'absent';
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
