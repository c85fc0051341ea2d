import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { writeAlertFile } from '../alert-file.ts';
import type { Measured, Row, World } from '../model.ts';

const GIGABYTE = 1e9;
const GOAL_SECONDS = 20;
const GOAL_MEGABYTES = 300;
const HOSTS = [50, 500] as const;
const NOW = 1_793_520_000;
const PEAK = join(import.meta.dirname, '..', 'peak_memory.py');

export const alerts: Row = {
  name: 'alerts',
  what: `\`bake alerts --from\` a gigabyte of a week, of ${HOSTS.join(' and of ')} hosts, with a storm a day`,
  goal: `≤ ${GOAL_SECONDS} s and ≤ ${GOAL_MEGABYTES} MB at most`,
  measure,
};

async function measure(world: World): Promise<Measured> {
  const program = join(await world.packaged(), 'bin', 'bake.js');
  const folder = join(world.scratch, 'alerts');
  await mkdir(folder);
  const file = join(folder, 'alerts.json');
  const [few, many] = [await readOf(HOSTS[0]), await readOf(HOSTS[1])];
  async function readOf(hosts: number) {
    await writeAlertFile(file, { hosts, bytes: GIGABYTE, until: NOW });
    const { stdout } = await execa('python3', [PEAK, process.execPath, program, 'alerts', '--from', file]);
    await rm(file);
    const [seconds = Number.NaN, megabytes = Number.NaN] = stdout.split(' ').map(Number);
    return { seconds, megabytes };
  }
  const words = (read: typeof few) => `${read.seconds.toFixed(1)} s and ${read.megabytes.toFixed(0)} MB`;
  return {
    figure: `${words(few)}; ${words(many)}`,
    met: [few, many].every(
      ({ seconds, megabytes }) => seconds <= GOAL_SECONDS && megabytes <= GOAL_MEGABYTES,
    ),
    note: 'The memory is the most that the process ever had, Node itself included.',
    numbers: {
      fewSeconds: few.seconds,
      fewMegabytes: few.megabytes,
      manySeconds: many.seconds,
      manyMegabytes: many.megabytes,
    },
  };
}
