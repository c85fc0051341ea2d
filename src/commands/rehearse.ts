/** `bake rehearse up|status|down`. */

import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { rehearsalStatus, startRehearsal, stopRehearsal } from '../world/rehearsal.ts';

export async function rehearseUp(context: Context): Promise<ExitCode> {
  const { endpoint } = await startRehearsal(context);
  context.reporter.result({ running: true, endpoint }, [`the rehearsal runs at ${endpoint}`]);
  return EXIT.done;
}

/** Exit code 10 where it does not run. */
export async function rehearseStatus(context: Context): Promise<ExitCode> {
  const status = await rehearsalStatus(context);
  context.reporter.result(status, describe(status));
  return status.running ? EXIT.done : EXIT.somethingToDo;
}

export async function rehearseDown(context: Context): Promise<ExitCode> {
  await stopRehearsal(context);
  context.reporter.result({ running: false }, ['the rehearsal is down, and nothing of it is left']);
  return EXIT.done;
}

function describe(status: { readonly running: boolean; readonly endpoint?: string }): string[] {
  if (!status.running) return ['no rehearsal runs; `bake rehearse up` starts one'];
  return [`the rehearsal runs at ${status.endpoint}`];
}
