/** What bake makes of an input: it refuses it at a place, or renders it. Whatever else happens is a loss. */

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { Failed, type Failure } from '../../src/failure.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import type { Fleet } from '../../src/fleet/model.ts';
import { planImages } from '../../src/plan/images.ts';
import type { WorkspaceFile } from '../../src/plan/model.ts';
import type { Assets } from '../../src/render/assets.ts';
import { renderVerify } from '../../src/render/verify.ts';
import { renderWorkspace } from '../../src/render/workspace.ts';
import { formatFailure } from '../../src/report/failure.ts';
import { type Input, OUTSIDE } from './model.ts';

/** Of processor time: a machine on which others work is no slow bake. */
const MOST_SECONDS = 5;

export interface Judged {
  /** Undefined where the input was refused. Paths begin with the image, or `verify/` and the role. */
  readonly files?: readonly WorkspaceFile[];
  readonly lost: readonly string[];
}

/** `scratch`: an empty folder of the caller's. */
export async function judge(input: Input, scratch: string, assets: Assets): Promise<Judged> {
  const around = await mkdtemp(join(scratch, 'input-'));
  try {
    const folder = join(around, 'fleet');
    await write(input, around);
    const before = process.cpuUsage();
    const judged = await load(join(folder, 'bake.yaml'), input, assets);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    return seconds <= MOST_SECONDS
      ? judged
      : { ...judged, lost: [...judged.lost, `it took ${seconds.toFixed(1)} s`] };
  } finally {
    await rm(around, { recursive: true, force: true });
  }
}

async function write({ files }: Input, around: string): Promise<void> {
  await mkdir(join(around, 'outside'));
  await writeFile(join(around, 'outside', 'secret'), `${OUTSIDE}\n`);
  for (const [path, entry] of Object.entries(files)) {
    const place = join(around, 'fleet', path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof entry === 'string' || entry instanceof Uint8Array) await writeFile(place, entry);
    else if ('link' in entry) await symlink(entry.link, place);
    else execFileSync('mkfifo', [place]);
  }
}

async function load(path: string, { environment }: Input, assets: Assets): Promise<Judged> {
  try {
    const { fleet, warnings } = await loadFleet(path, environment);
    return { files: render(fleet, assets), lost: warnings.flatMap(printed) };
  } catch (error) {
    if (error instanceof Failed)
      return {
        lost: error.failures.flatMap((failure) => [...placed(failure, dirname(path)), ...printed(failure)]),
      };
    return {
      lost: [
        `a bug of ours: ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`,
      ],
    };
  }
}

function render(fleet: Fleet, assets: Assets): WorkspaceFile[] {
  const bases = planImages(fleet, fleet.roles, { flat: false });
  const images = bases.map((plan) => renderWorkspace(fleet, plan, assets));
  const verified = fleet.roles.map((role) => renderVerify(fleet, role, assets));
  return [
    ...images.flatMap(({ image, files }) =>
      files.map((file) => ({ ...file, path: `${image}/${file.path}` })),
    ),
    ...verified.flatMap(({ image, files }) =>
      files.map((file) => ({ ...file, path: `verify/${image}/${file.path}` })),
    ),
  ];
}

/** A mistake in a file is refused with its place; what is no text has none, but is named. */
function placed(failure: Failure, folder: string): string[] {
  if (failure.kind !== 'input') return [`refused as ${failure.kind}: ${failure.problem}`];
  const { at, problem } = failure;
  if (/more problems are not shown$/.test(problem)) return [];
  if (at === undefined) return problem.includes(folder) ? [] : [`refused without a place: ${problem}`];
  if (at.line < 1 || at.column < 1 || at.length < 1)
    return [`refused at ${at.line}:${at.column}: ${problem}`];
  if (at.column > at.text.length + 1) return [`refused behind the line's end: ${problem}`];
  return [];
}

const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** A terminal's window, many times over. */
const LONGEST_LINE = 4000;

/** What a person sees of it is for the eye: no terminal obeys it, and it fits there. */
function printed(failure: Failure): string[] {
  const lines = formatFailure(failure);
  const long = Math.max(...lines.map((line) => line.length));
  return [
    ...(lines.some((line) => OBEYED.test(line))
      ? [`a terminal would obey ${JSON.stringify(lines.join('\n')).slice(0, 300)}`]
      : []),
    ...(long > LONGEST_LINE ? [`a line of ${long} characters: ${lines[0]?.slice(0, 100)}`] : []),
  ];
}
