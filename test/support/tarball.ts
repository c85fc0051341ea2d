/** Tarballs of folders that a test lays out, uploaded where the `ossec` step expects its own. */

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Container } from './container.ts';
import type { StepInput } from './step.ts';

/** Lays out a folder with `build`, packs it, uploads it, and returns the step that installs it. */
export async function ossecFrom(
  container: Container,
  build: (folder: string) => Promise<void>,
  tarFlags: readonly string[] = [],
): Promise<StepInput> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-tarball-'));
  try {
    const tree = join(scratch, 'tree', 'ossec');
    await mkdir(tree, { recursive: true });
    await build(tree);
    const file = join(scratch, 'ossec.tar.gz');
    await execa('tar', [...tarFlags, '-czf', file, '-C', join(scratch, 'tree'), 'ossec']);
    return await uploadTarball(container, await readFile(file));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Uploads a tarball and returns the step that installs it. `trees`: `PLATFORM=SHA256` of compiled ones. */
export async function uploadTarball(
  container: Container,
  content: Uint8Array,
  trees: readonly string[] = [],
): Promise<StepInput> {
  const digest = await uploadArtifact(container, content);
  return {
    provisioner: 'ossec',
    variables: {
      BAKE_OSSEC_TARBALL_FILE: `/var/tmp/bake/artifacts/${digest}`,
      BAKE_OSSEC_TARBALL_SHA256: digest,
      BAKE_OSSEC_BUILT_TREES: trees.join(' '),
    },
  };
}

/** Uploads a file to where steps find what bake brings; returns its digest, which is its name. */
export async function uploadArtifact(container: Container, content: Uint8Array): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'bake-artifact-'));
  try {
    const digest = createHash('sha256').update(content).digest('hex');
    await writeFile(join(scratch, digest), content);
    await container.bash('mkdir -p /var/tmp/bake/artifacts');
    await container.copyIn(scratch, '/var/tmp/bake/artifacts');
    return digest;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
