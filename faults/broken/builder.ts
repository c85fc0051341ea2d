/** Builders that break while they are provisioned. */

import type { Case } from '../model.ts';
import { BAKE } from '../small-fleet.ts';
import { inBrokenWorld, type Right, sceneOf } from './scene.ts';

interface Breaking {
  readonly name: string;
  readonly what: string;
  /** A step of the role, as root on the builder. */
  readonly script: string;
  readonly right: Right;
}

const SCRIPTS: readonly Breaking[] = [
  {
    name: 'full-disk',
    what: "the builder's disk fills: a small one is mounted where the step writes, for a container's is this machine's",
    script: 'mount -t tmpfs -o size=1m none /srv\ndd if=/dev/zero of=/srv/much bs=64k\n',
    right: { exitCodes: [1], says: /No space left on device/ },
  },
  {
    name: 'ssh-dies',
    what: 'SSH to the builder dies in the middle of a step, and does not come back',
    script: 'systemctl mask --now ssh.socket ssh.service\nkill $(pgrep -x sshd | grep -vx $$)\nsleep 5\n',
    right: { exitCodes: [1], says: /lost its connection/ },
  },
  {
    name: 'builder-ends',
    what: 'the builder is shut down in the middle of a step',
    script: 'systemctl poweroff --force\nsleep 30\n',
    right: { exitCodes: [1] },
  },
];

export const builder: readonly Case[] = SCRIPTS.map(({ name, what, script, right }) => ({
  ...{ name, what },
  trials: async () => ['bake'],
  attempt: async (world) => {
    const scene = await sceneOf(world, name);
    await scene.writeStep('break', script);
    await scene.write('roles: { web: { steps: [{ name: break, script: steps/break.sh }] } }\n');
    return inBrokenWorld(scene, { right, run: () => scene.bake(BAKE, scene.folder) });
  },
}));
