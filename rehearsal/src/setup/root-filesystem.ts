/** A Debian as near to Debian's own EC2 images as a container can be, built from its packages. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Docker, imageReference, LABEL } from '../machines/docker.ts';
import type { Distribution, SourceImage, UpOptions } from '../model.ts';
import { run } from '../run.ts';
import { type AptSources, codenameOf, readAptSources, sourcesList } from './apt-sources.ts';
import { readOsRelease } from './os-release.ts';
import type { Place } from './place.ts';
import { wholePath } from './programs.ts';
import { reported } from './progress.ts';
import { type Recipe, readRecipe, recipeDigest, withRecipeFolder } from './recipe.ts';

const PACKAGES = [
  ...['systemd-sysv', 'libpam-systemd', 'dbus', 'procps', 'cron', 'logrotate', 'locales'],
  ...['openssh-server', 'cloud-init', 'sudo', 'python3', 'ca-certificates', 'curl', 'less', 'apt-utils'],
  // nftables is in Debian's images too; the rehearsal's own firewall runs from it.
  ...['iproute2', 'iputils-ping', 'netbase', 'nftables'],
];

const ARCHIVE = 'root.tar';
const WORTH_TELLING = /^(I: |Get:|Unpacking |Setting up )/;

export type BuildOptions = Pick<UpOptions, 'cache' | 'report' | 'signal'>;

/** Builds the root filesystem of `image` where the cache has none, and brings it into the engine. */
export async function prepareImage(
  docker: Docker,
  image: SourceImage,
  place: Place,
  options: BuildOptions,
): Promise<void> {
  const reference = imageReference(place.name, image.imageId);
  const archive = await buildArchive(image.distribution, place, options);
  await reported(options.report, `${titleOf(image.distribution)} image`, 'into the Docker engine', () =>
    docker(['import', `--change=LABEL ${LABEL}=${place.name}`, archive, reference], {
      signal: options.signal,
    }),
  );
}

/** Returns the path of a tar archive of the whole filesystem. */
async function buildArchive(
  distribution: Distribution,
  place: Place,
  options: BuildOptions,
): Promise<string> {
  const sources = await readAptSources(await readOsRelease());
  const recipe = await readRecipe(sources);
  const folder = await options.cache.ensure({
    name: `rootfs-${distribution}`,
    key: JSON.stringify({
      recipe: recipeDigest(recipe),
      packages: PACKAGES,
      sources: sourcesList(distribution, sources),
      machine: process.arch,
    }),
    build: (target) =>
      reported(options.report, `${titleOf(distribution)} root filesystem`, 'from its packages', (tell) =>
        bootstrap(distribution, { sources, recipe, target, tell, place, signal: options.signal }),
      ),
  });
  return join(folder, ARCHIVE);
}

interface Bootstrap {
  readonly sources: AptSources;
  readonly recipe: Recipe;
  readonly target: string;
  readonly tell: (detail: string) => void;
  readonly place: Place;
  readonly signal: AbortSignal | undefined;
}

async function bootstrap(distribution: Distribution, options: Bootstrap): Promise<void> {
  const { recipe, target, tell, place, signal } = options;
  const log = join(place.stateFolder, `rootfs-${distribution}.log`);
  await rm(log, { force: true });
  await withRecipeFolder(recipe, (folder) =>
    run('mmdebstrap', bootstrapArguments(distribution, options.sources, join(target, ARCHIVE)), {
      signal,
      log,
      environment: { ...bootstrapEnvironment(), RECIPE: folder },
      onLine: (line) => {
        if (WORTH_TELLING.test(line)) tell(line);
      },
    }),
  );
}

function bootstrapArguments(distribution: Distribution, sources: AptSources, archive: string): string[] {
  return [
    '--variant=minbase',
    '--format=tar',
    '--verbose',
    `--include=${PACKAGES.join(',')}`,
    // Nothing of it has to survive a power failure.
    '--dpkgopt=force-unsafe-io',
    ...sources.settings.map((setting) => `--aptopt=${setting.replace(/;$/, '')}`),
    '--customize-hook="$RECIPE/customize.sh" "$1"',
    codenameOf(distribution),
    archive,
    ...sourcesList(distribution, sources),
  ];
}

/** Proxies are taken over: they may be the only way to packages. */
function bootstrapEnvironment(): Record<string, string> {
  const names = ['TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy'];
  const values = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { PATH: wholePath(), LANG: 'C.UTF-8', HOME: '/nonexistent', ...Object.fromEntries(values) };
}

function titleOf(distribution: Distribution): string {
  return distribution.replace('debian-', 'Debian ');
}
