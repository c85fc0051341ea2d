/** Bakes whose fleet and environment are full of canaries: one that succeeds, and each way in which one fails. */

import { join } from 'node:path';
import type { Ended } from '../../test/support/own-rehearsal.ts';
import { inBrokenWorld, REGION, type Right, sceneOf } from '../broken/scene.ts';
import type { Verdict, World } from '../model.ts';
import { BAKE, type SmallFleet } from '../small-fleet.ts';
import { watchArguments } from './arguments.ts';
import { newCanaries } from './canaries.ts';
import { sinceNow } from './files.ts';
import { imagesWith } from './images.ts';
import { placesOf } from './look.ts';

interface Way {
  /** The role's step, which has two of them in its environment. */
  readonly script?: string;
  readonly faults?: readonly object[];
  readonly args?: readonly string[];
  readonly right?: Right;
}

const USE = 'test -n "$TOKEN" && test -n "$LINES_OF_IT"\n';
const refuse = (code: string, status: number) => ({ kind: 'refuse', code, status });

export const BAKES: Readonly<Record<string, Way>> = {
  'a bake of base and role that is verified': { args: ['--role', 'web'], right: { exitCodes: [0] } },
  'a bake whose step fails': { script: `${USE}exit 3\n` },
  'a bake whose step prints them all and fails': {
    script: `${USE}set -x\necho "$TOKEN" "$LINES_OF_IT" | tee /dev/stderr\nbase64 <<<"$TOKEN"\nexit 3\n`,
  },
  'a bake whose builder ends': { script: `${USE}systemctl poweroff --force\nsleep 30\n` },
  'a bake whose launch is denied': {
    faults: [{ action: 'ec2:RunInstances', effect: refuse('UnauthorizedOperation', 403) }],
  },
  'a bake that AWS throttles': {
    faults: [{ action: '*', times: 100_000, effect: refuse('RequestLimitExceeded', 503) }],
  },
  'a bake whose image fails': {
    faults: [{ action: 'ec2:CreateImage', effect: { kind: 'fail', reason: 'Internal error' } }],
  },
};

export async function attemptBake(
  world: World,
  { script = USE, faults = [], args = BAKE, right = { exitCodes: [1] } }: Way,
): Promise<Verdict> {
  const scene = await sceneOf(world, 'secrets');
  await prepare(scene, script);
  const { environment, hearts, hook } = newCanaries();
  const state = world.environment.BAKE_REHEARSAL ?? '';
  // The disks are looked at image by image.
  await using since = await sinceNow([join(state, 'docker')]);
  const { caller, control, folder } = scene;
  const seen: string[] = [];
  let ended: Ended | undefined;
  const verdict = await inBrokenWorld(scene, {
    right,
    run: async () => {
      await control('PUT', 'faults', faults);
      const watch = watchArguments(hearts);
      ended = await scene.bake(args, folder, environment).finally(async () => {
        seen.push(...(await watch.end()));
      });
      return ended;
    },
    mend: async () => {
      const ids = (await scene.images()).map(({ ImageId = '' }) => ImageId);
      seen.push(
        ...(await placesOf(hearts, ended, { caller, region: REGION, since, folders: [folder, state] })),
      );
      seen.push(...(await imagesWith(state, ids, { hearts, hook })));
    },
  });
  const lost = [...verdict.lost, ...seen];
  return { ...verdict, lost, survived: lost.length === 0 };
}

async function prepare(scene: SmallFleet, script: string): Promise<void> {
  await scene.writeStep('use', script);
  await scene.write(`ossec:
  slack_ossec_url: { bake_into_image: "\${env:PAGER_URL}" }
  alert_rules_list: [550]
roles:
  web:
    steps:
      - name: use
        script: steps/use.sh
        env:
          TOKEN: { secret: "\${env:SECRET_TOKEN}" }
          LINES_OF_IT: { secret: "\${env:SECRET_LINES}" }
`);
}
