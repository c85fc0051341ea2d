/** What `bake doctor` says of Packer, its plugin and Go. Builds nothing, changes nothing. */

import type { Check } from '../check.ts';
import type { Environment } from '../context.ts';
import { cacheFolder, isCached } from '../world/cache.ts';
import { GO_COMMANDS, GO_OR_PACKER, GO_OR_PLUGIN, PLUGIN_COMMANDS } from './advice.ts';
import { findGo, goShortcoming, type Shortcoming } from './go.ts';
import { type FoundPacker, findPacker, findPlugin } from './machine.ts';
import { cacheKeys, readToolchain } from './toolchain.ts';
import { formatVersion, type Version } from './versions.ts';

/** One check for Packer and one for its amazon plugin. */
export async function probeTools({ environment }: { readonly environment: Environment }): Promise<Check[]> {
  const toolchain = await readToolchain();
  const keys = cacheKeys(toolchain);
  const folder = cacheFolder(environment);
  const [own, go, packerKept, pluginKept] = await Promise.all([
    findPacker(environment),
    findGo(environment),
    isCached(folder, keys.packer),
    isCached(folder, keys.plugin),
  ]);
  const plugin = own?.usable === true ? await findPlugin(own.path, environment) : undefined;
  const builder = {
    go,
    shortcoming: go === undefined ? undefined : goShortcoming(go, toolchain.go, environment),
  };
  return [
    verdict('Packer', found(own, own?.path), { version: toolchain.packer, kept: packerKept }, builder, {
      remedy: GO_OR_PACKER,
      commands: GO_COMMANDS,
    }),
    verdict(
      "Packer's amazon plugin",
      found(plugin, plugin?.folder),
      { version: toolchain.plugin, kept: pluginKept },
      builder,
      {
        remedy: GO_OR_PLUGIN,
        commands: own?.usable === true ? PLUGIN_COMMANDS : GO_COMMANDS,
      },
    ),
  ];
}

interface Found {
  readonly text: string;
  readonly usable: boolean;
}

function found(tool: Pick<FoundPacker, 'version' | 'usable'> | undefined, path = ''): Found | undefined {
  return tool && { text: `${formatVersion(tool.version)} (${path})`, usable: tool.usable };
}

interface Builder {
  readonly go: { readonly version: Version } | undefined;
  readonly shortcoming: Shortcoming | undefined;
}

function verdict(
  name: string,
  own: Found | undefined,
  pinned: { readonly version: Version; readonly kept: boolean },
  { go, shortcoming }: Builder,
  advice: { readonly remedy: string; readonly commands: readonly string[] },
): Check {
  if (own?.usable === true) return { name, status: 'there', detail: own.text };
  const instead = own === undefined ? '' : `, instead of ${own.text}, which is too old`;
  const version = formatVersion(pinned.version);
  if (pinned.kept) return { name, status: 'there', detail: `${version}, built by bake${instead}` };
  if (go !== undefined && shortcoming === undefined) {
    const detail = `${version} is built with Go ${formatVersion(go.version)} by the first bake${instead}`;
    return { name, status: 'can be made', detail };
  }
  const detail = own === undefined ? 'not on this machine' : `${own.text} is too old`;
  if (shortcoming === undefined) return { name, status: 'missing', detail, ...advice };
  const { problem, ...remedy } = shortcoming;
  return { name, status: 'missing', detail: `${detail}; ${problem}`, ...remedy };
}
