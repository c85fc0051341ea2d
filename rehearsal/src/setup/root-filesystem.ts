/** Root filesystems as near to Debian's EC2 images as a container takes them; built once and kept. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Docker, hasImage, imageReference, LABEL } from '../machines/docker.ts';
import type { Cache, Distribution, Progress, SourceImage } from '../model.ts';
import { run } from '../run.ts';

const RECIPE = join(import.meta.dirname, '..', '..', 'root-filesystem');
const TARBALL = 'root-filesystem.tar';

const SUITES: Readonly<Record<Distribution, string>> = { 'debian-12': 'bookworm', 'debian-13': 'trixie' };

/** What Debian's cloud images have, as far as a bake can see it; nftables is for the rehearsal's firewall. */
const PACKAGES = [
  'systemd-sysv',
  'openssh-server',
  'openssh-client',
  'cloud-init',
  'sudo',
  'ca-certificates',
  'curl',
  'iproute2',
  'iputils-ping',
  'netbase',
  'nftables',
  'procps',
  'dbus',
  'python3',
  'apt-utils',
  'locales',
  'less',
];

export interface RootFilesystemOptions {
  readonly cache: Cache;
  readonly docker: Docker;
  /** The rehearsal's name. */
  readonly name: string;
  readonly report: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The engine has the image that `source` names when this ends. */
export async function importRootFilesystem(
  source: SourceImage,
  options: RootFilesystemOptions,
): Promise<void> {
  const reference = imageReference(options.name, source.imageId);
  if (await hasImage(options.docker, reference)) return;
  const item = `${source.distribution} root filesystem`;
  options.report({ type: 'setup.started', item, detail: 'checking' });
  const folder = await options.cache.ensure({
    name: `root-filesystem-${source.distribution}`,
    key: await recipeKey(source.distribution),
    build: (target) => build(source.distribution, join(target, TARBALL), { ...options, item }),
  });
  options.report({ type: 'setup.progress', item, detail: 'importing' });
  await options.docker(
    ['import', `--change=LABEL ${LABEL}=${options.name}`, join(folder, TARBALL), reference],
    { signal: options.signal },
  );
  options.report({ type: 'setup.finished', item, detail: 'ready' });
}

async function build(
  distribution: Distribution,
  file: string,
  { report, signal, item }: RootFilesystemOptions & { readonly item: string },
): Promise<void> {
  await run(
    'mmdebstrap',
    [
      '--variant=minbase',
      '--format=tar',
      `--include=${PACKAGES.join(',')}`,
      '--aptopt=APT::Install-Recommends "false"',
      `--customize-hook=${join(RECIPE, 'customize.sh')} "$1"`,
      SUITES[distribution],
      file,
    ],
    { signal, onLine: (line) => report({ type: 'setup.progress', item, detail: line }) },
  );
}

/** Changes with the recipe's files and the list of packages. */
async function recipeKey(distribution: Distribution): Promise<string> {
  const entries = await readdir(RECIPE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256').update(JSON.stringify([distribution, PACKAGES]));
  for (const file of files.sort()) hash.update(await readFile(file));
  return hash.digest('hex');
}
