/** Prepares a run, and gets Packer only where something is to be baked. */

import type { Context } from '../context.ts';
import { toolVersions } from '../packer/tool-versions.ts';
import { ensureTools, type PackerTools } from '../packer/tools.ts';
import type { ExistingImage } from '../plan/decide.ts';
import type { ToolVersions } from '../plan/fingerprint.ts';
import { BASE } from '../plan/model.ts';
import { cacheFolder, openCache } from '../world/cache.ts';
import { VERSION } from '../world/version.ts';
import { type Preparation, type PreparedImage, type PrepareOptions, prepare } from './prepare.ts';

export function isToBake({ decision }: Pick<PreparedImage, 'decision'>): boolean {
  return decision.kind === 'bake';
}

/** A candidate is proven, which Packer does, too. */
export function isToProve({ plan, decision }: Pick<PreparedImage, 'plan' | 'decision'>): boolean {
  return plan.name !== BASE && decision.kind === 'up-to-date' && isCandidate(decision.image);
}

/** One that another run is making is left to that run. */
function isCandidate({ state, pending }: ExistingImage): boolean {
  return state === 'candidate' && !pending;
}

/** The versions that a bake would use now. */
export async function currentVersions({ environment }: Pick<Context, 'environment'>): Promise<ToolVersions> {
  return { bake: VERSION, ...(await toolVersions(environment)) };
}

/** `tools` undefined: nothing is to be baked or proven, and no Packer was looked for. */
export async function prepareWithTools(
  context: Pick<Context, 'environment' | 'signal' | 'reporter'>,
  { verify, ...options }: Omit<PrepareOptions, 'tools'> & { readonly verify: boolean },
): Promise<{ readonly preparation: Preparation; readonly tools: PackerTools | undefined }> {
  const versions = await currentVersions(context);
  const preparation = await prepare({ ...options, tools: versions });
  const isWork = (image: PreparedImage) => isToBake(image) || (verify && isToProve(image));
  if (!preparation.images.some(isWork)) return { preparation, tools: undefined };
  const { environment, signal, reporter } = context;
  const cache = openCache(cacheFolder(environment), reporter.emit, signal);
  const tools = await ensureTools({ cache, environment, emit: reporter.emit, signal });
  const actual = { bake: VERSION, packer: tools.packerVersion, amazonPlugin: tools.pluginVersion };
  const isAsKnown = versions.packer === actual.packer && versions.amazonPlugin === actual.amazonPlugin;
  return { preparation: isAsKnown ? preparation : await prepare({ ...options, tools: actual }), tools };
}
