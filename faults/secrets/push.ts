/** Pushes with canaries in their environment. A push brings no secrets: a hook that is baked in is refused. */

import { verdictOf } from '../checks.ts';
import type { Verdict, World } from '../model.ts';
import { onceIn } from '../once.ts';
import { openPushed, PUSH } from '../pushed.ts';
import { watchArguments } from './arguments.ts';
import { newCanaries } from './canaries.ts';
import { sinceNow } from './files.ts';
import { placesOf } from './look.ts';

interface Way {
  readonly faults?: readonly object[];
  readonly exitCode: number;
}

const REGION = 'us-west-2';

export const PUSHES: Readonly<Record<string, Way>> = {
  'a push': { exitCode: 0 },
  'a push whose command is denied': {
    faults: [
      {
        ...{ action: 'ssm:SendCommand', times: 100_000 },
        effect: { kind: 'refuse', code: 'AccessDeniedException', status: 400 },
      },
    ],
    exitCode: 1,
  },
};

const pushedIn = onceIn((world) => openPushed(world, REGION));

export async function attemptPush(world: World, { faults = [], exitCode }: Way): Promise<Verdict> {
  const { caller, control, folder, reset, bake } = await pushedIn(world);
  await reset();
  const { environment, hearts } = newCanaries();
  const state = world.environment.BAKE_REHEARSAL ?? '';
  await using since = await sinceNow();
  const watch = watchArguments(hearts);
  await control('PUT', 'faults', faults);
  const ended = await bake(PUSH, folder, environment);
  await control('PUT', 'faults', []);
  return verdictOf(ended, [
    ...(ended.exitCode === exitCode ? [] : [`it ended with ${ended.exitCode}, not ${exitCode}`]),
    ...(await watch.end()),
    ...(await placesOf(hearts, ended, { caller, region: REGION, since, folders: [folder, state] })),
  ]);
}
