/** Packer and its amazon plugin: the machine's own where they are new enough, else built once with Go and kept. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../context.ts';
import type { Emit } from '../events.ts';
import { fail } from '../failure.ts';
import type { Cache } from '../world/cache.ts';
import { runProgram } from '../world/processes.ts';
import { GO_COMMANDS, GO_OR_PACKER, GO_OR_PLUGIN, PLUGIN_COMMANDS } from './advice.ts';
import { findGo, type Go, goBuild, goShortcoming, needsNewer } from './go.ts';
import { findPacker, findPlugin } from './machine.ts';
import { fetchGo } from './newer-go.ts';
import { everySecond } from './pace.ts';
import { cacheKeys, PACKER_PACKAGE, PLUGIN_PACKAGE, readToolchain, type Toolchain } from './toolchain.ts';
import { formatVersion } from './versions.ts';

export { probeTools } from './probe.ts';

export interface PackerTools {
  /** Absolute path of the program. */
  readonly packer: string;
  /** Three numbers: `1.16.0`. */
  readonly packerVersion: string;
  readonly pluginVersion: string;
  /** To be added to the environment of every Packer that is run. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface EnsureToolsOptions {
  readonly cache: Cache;
  readonly environment: Environment;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

interface Ensuring extends EnsureToolsOptions {
  readonly toolchain: Toolchain;
}

/**
 * Finds or builds both. Takes minutes the first time on a machine without them, else less than a second.
 * Throws `Failed` with what to install where neither they nor a Go that can build them are there.
 */
export async function ensureTools(options: EnsureToolsOptions): Promise<PackerTools> {
  const ensuring = { ...options, toolchain: await readToolchain() };
  const own = await findPacker(options.environment);
  const packer =
    own?.usable === true
      ? { path: own.path, version: formatVersion(own.version) }
      : { path: await buildPacker(ensuring), version: formatVersion(ensuring.toolchain.packer) };
  const installed = own?.usable === true ? await findPlugin(own.path, options.environment) : undefined;
  const plugin =
    installed?.usable === true
      ? { folder: installed.folder, version: formatVersion(installed.version) }
      : {
          folder: await buildPlugin(ensuring, packer.path),
          version: formatVersion(ensuring.toolchain.plugin),
        };
  return {
    packer: packer.path,
    packerVersion: packer.version,
    pluginVersion: plugin.version,
    environment: isolation(plugin.folder),
  };
}

/** Keeps Packer to the plugins of one folder, away from the user's settings, and from phoning home. */
function isolation(pluginFolder: string): Record<string, string> {
  return { PACKER_PLUGIN_PATH: pluginFolder, PACKER_CONFIG_DIR: pluginFolder, CHECKPOINT_DISABLE: '1' };
}

async function buildPacker(ensuring: Ensuring): Promise<string> {
  const { cache, toolchain } = ensuring;
  const folder = await cache.ensure({
    ...cacheKeys(toolchain).packer,
    build: async (place) => {
      const go = await requireGo(ensuring, 'Packer is not on this machine', GO_OR_PACKER, GO_COMMANDS);
      await announced(ensuring, `Packer ${formatVersion(toolchain.packer)}`, (progress) =>
        goBuild({ ...ensuring, go, program: PACKER_PACKAGE, output: join(place, 'packer'), progress }),
      );
    },
  });
  return join(folder, 'packer');
}

/** Returns a folder that is laid out as Packer looks for plugins. */
function buildPlugin(ensuring: Ensuring, packer: string): Promise<string> {
  const { cache, toolchain } = ensuring;
  return cache.ensure({
    ...cacheKeys(toolchain).plugin,
    build: async (place) => {
      const problem = "Packer's amazon plugin is not on this machine";
      const go = await requireGo(ensuring, problem, GO_OR_PLUGIN, PLUGIN_COMMANDS);
      const output = join(place, '.build', 'packer-plugin-amazon');
      await announced(ensuring, `Packer's amazon plugin ${formatVersion(toolchain.plugin)}`, (progress) =>
        goBuild({ ...ensuring, go, program: PLUGIN_PACKAGE, output, progress }),
      );
      await installPlugin(ensuring, packer, output, place);
      await rm(join(place, '.build'), { recursive: true });
    },
  });
}

async function installPlugin(
  { environment }: Ensuring,
  packer: string,
  binary: string,
  place: string,
): Promise<void> {
  const ran = await runProgram(
    packer,
    ['plugins', 'install', '--path', binary, 'github.com/hashicorp/amazon'],
    { environment: { ...environment, ...isolation(place) } },
  );
  if (ran.exitCode === 0) return;
  fail({
    kind: 'prerequisite',
    problem: `Packer does not take the plugin that was built for it: ${ran.stdout} ${ran.stderr}`.trim(),
    commands: PLUGIN_COMMANDS,
  });
}

async function requireGo(
  ensuring: Ensuring,
  problem: string,
  remedy: string,
  commands: readonly string[],
): Promise<Go> {
  const { environment, toolchain } = ensuring;
  const go = await findGo(environment);
  if (go === undefined) {
    return fail({
      kind: 'prerequisite',
      problem: `${problem}, and Go, which could build it, neither`,
      remedy,
      commands,
    });
  }
  const shortcoming = goShortcoming(go, toolchain.go, environment);
  if (shortcoming !== undefined) fail({ kind: 'prerequisite', ...shortcoming });
  return needsNewer(go, toolchain.go) ? fetchNewer({ ...ensuring, go }) : go;
}

async function fetchNewer(ensuring: Ensuring & { readonly go: Go }): Promise<Go> {
  const { emit, go, toolchain } = ensuring;
  const item = `Go ${formatVersion(toolchain.go)}`;
  emit({ type: 'setup.started', item, detail: `is fetched with Go ${formatVersion(go.version)}` });
  const newer = await fetchGo(ensuring);
  emit({ type: 'setup.finished', item, detail: "fetched, and kept with Go's modules" });
  return newer;
}

async function announced(
  { emit }: Ensuring,
  item: string,
  work: (progress: (detail: string) => void) => Promise<void>,
): Promise<void> {
  emit({ type: 'setup.started', item, detail: 'is built with Go: once, some minutes' });
  await work(everySecond((detail) => emit({ type: 'setup.progress', item, detail })));
  emit({ type: 'setup.finished', item, detail: 'built and kept' });
}
