/** `bake ossec freeze`: a clone or a release of OSSEC as the tarball that bakes install. */

import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, fail } from '../failure.ts';
import { readFleetFile } from '../fleet/read.ts';
import { type Frozen, freeze } from '../frozen/freeze.ts';
import { filePlace, objectPlace, type Published, publish } from '../frozen/publish.ts';
import { sourceRules } from '../frozen/rules.ts';
import { knownBad } from '../ossec/known-bad.ts';
import type { Lock } from '../ossec/model.ts';
import { readToolchain } from '../packer/toolchain.ts';
import { formatVersion } from '../packer/versions.ts';
import { lockFileOf, readLock, writeLock } from '../world/lock-file.ts';
import { formatObjectAddress, type ObjectAddress, parseObjectAddress } from '../world/s3.ts';
import { openSite } from '../world/site.ts';

export interface FreezeOptions {
  readonly file: string;
  /** `s3://BUCKET/KEY`, or a path. */
  readonly to?: string;
  readonly commit?: string;
  readonly force: boolean;
  readonly rehearse: boolean;
}

export async function ossecFreeze(
  context: Context,
  source: string,
  options: FreezeOptions,
): Promise<ExitCode> {
  const fleetFile = resolve(context.workingFolder, options.file);
  const region = await regionOf(context, options.file);
  const frozen = await freeze(resolve(context.workingFolder, source), options.commit);
  const rules = sourceRules(source, frozen.source);
  warnOfKnownBad(context, frozen);

  const { tarball, published } = await publishTo(context, frozen, { ...options, fleetFile, region });
  const path = lockFileOf(fleetFile);
  // A lock that can't be read is no loss: all of it is written anew.
  const before = await readLock(path).catch(() => undefined);
  const lock = await lockOf(frozen, rules, before);
  await writeLock(path, lock);

  const shownLock = relative(context.workingFolder, path);
  const { version, standIn } = frozen.source;
  const lines = stringify({ ossec: { tarball, sha256: frozen.sha256 } }, { lineWidth: 0 });
  context.reporter.result(
    {
      version,
      commit: frozen.commit ?? null,
      standIn,
      tarball,
      sha256: frozen.sha256,
      bytes: frozen.bytes.byteLength,
      published,
      lock: shownLock,
      rules: rules.rules.size,
      knownBad: knownBad({ ...frozen, version })?.problem ?? null,
    },
    [
      `OSSEC ${version}${frozen.commit === undefined ? '' : `, commit ${frozen.commit}`}`,
      `${tarball}: ${PUBLISHED[published]}, ${(frozen.bytes.byteLength / 1e6).toFixed(1)} MB`,
      `${shownLock}: written, with the index of ${rules.rules.size} rules; commit it`,
      '',
      `# for ${options.file}`,
      ...lines.trimEnd().split('\n'),
    ],
  );
  return EXIT.done;
}

const PUBLISHED: Readonly<Record<Published, string>> = {
  created: 'written, and read back',
  there: 'there already',
  replaced: 'replaced, and read back',
};

/** Nothing else of the fleet file has to be right yet: its rules may need the lock that is about to be written. */
async function regionOf({ workingFolder, environment }: Context, file: string): Promise<string | undefined> {
  const bytes = await readFile(resolve(workingFolder, file)).catch(() => undefined);
  if (bytes === undefined) {
    fail({
      kind: 'input',
      problem: `there is no fleet file ${file}, and bake.lock is written beside it`,
      remedy: 'run bake in the folder of a bake.yaml, or name the file: --file PATH',
    });
  }
  const tree = readFleetFile(file, bytes, environment).document?.tree;
  const region = typeof tree === 'object' && tree !== null && 'region' in tree ? tree.region : undefined;
  return typeof region === 'string' ? region : undefined;
}

function warnOfKnownBad({ reporter }: Context, { source: { version }, commit, sha256 }: Frozen): void {
  const bad = knownBad({ version, commit, sha256 });
  if (bad === undefined) return;
  reporter.emit({ type: 'notice', level: 'warning', text: bad.problem, remedy: bad.remedy });
}

interface Destination extends FreezeOptions {
  readonly fleetFile: string;
  readonly region: string | undefined;
}

/** `tarball` is what the fleet file calls the place. */
async function publishTo(
  context: Context,
  frozen: Frozen,
  options: Destination,
): Promise<{ tarball: string; published: Published }> {
  const { to, fleetFile } = options;
  if (to?.startsWith('s3://')) return publishObject(context, frozen, parseTarget(to), options);
  const folder = dirname(fleetFile);
  const name = `ossec-${frozen.source.version}-${frozen.sha256.slice(0, 12)}.tar.gz`;
  const path = to === undefined ? join(folder, name) : resolve(context.workingFolder, to);
  const place = filePlace(path, relative(context.workingFolder, path));
  return { tarball: relative(folder, path), published: await publish(frozen, place, options) };
}

function parseTarget(to: string): ObjectAddress {
  const address = parseObjectAddress(to);
  if (address !== undefined && !address.key.endsWith('/')) return address;
  return fail({
    kind: 'input',
    problem: `${to} is not the address of an object`,
    remedy: 'write it as s3://BUCKET/KEY, such as s3://shop-images/ossec.tar.gz',
  });
}

async function publishObject(
  context: Context,
  frozen: Frozen,
  address: ObjectAddress,
  { region, file, rehearse, force }: Destination,
): Promise<{ tarball: string; published: Published }> {
  if (region === undefined) {
    fail({
      kind: 'input',
      problem: `${file} names no region`,
      remedy: 'add `region: eu-central-1`, or yours',
    });
  }
  const { aws } = await openSite(context, { rehearse, region });
  const published = await publish(frozen, objectPlace(aws.objects, address), { force });
  return { tarball: formatObjectAddress(address), published };
}

/** Trees that were compiled from the same tarball stay. */
async function lockOf(
  { source, commit, sha256 }: Frozen,
  rules: Pick<Lock['ossec'], 'rules' | 'ruleFiles'>,
  before: Lock | undefined,
): Promise<Lock> {
  const toolchain = await readToolchain();
  return {
    ossec: {
      sha256,
      version: source.version,
      commit,
      standIn: source.standIn,
      ...rules,
      builtTrees: before?.ossec.sha256 === sha256 ? before.ossec.builtTrees : new Map(),
    },
    tools: { packer: formatVersion(toolchain.packer), amazonPlugin: formatVersion(toolchain.plugin) },
  };
}
