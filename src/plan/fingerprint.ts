/** What an image is made of: its workspace and its inputs as digests, and the hash of them all. Pure. */

import { createHash } from 'node:crypto';
import type { Workspace, WorkspaceFile } from './model.ts';

/** What is resolved once before a bake. */
export interface Inputs {
  /** The AMI id of the source image; for a role, what its base image was baked from. */
  readonly source:
    | { readonly ami: string }
    | { readonly baseFingerprint: string; readonly baseGeneration: number };
  /** SHA-256 of every file that the builder gets from bake, sorted. */
  readonly artifacts: readonly string[];
  readonly tools: ToolVersions;
}

export interface ToolVersions {
  readonly bake: string;
  readonly packer: string;
  readonly amazonPlugin: string;
}

/**
 * All that decides what an image becomes. Kept with the image, it says later what has changed since; its
 * fingerprint is in the image's tags and vouches for it.
 */
export interface Recipe {
  /** In the order of the workspace. */
  readonly files: readonly RecipeFile[];
  readonly inputs: Inputs;
}

export interface RecipeFile extends Pick<WorkspaceFile, 'path' | 'executable'> {
  /** Of the content: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** `digest`: of a content, {@link digestOf} unless told. */
export function recipeOf(workspace: Workspace, inputs: Inputs, digest: Digest = digestOf): Recipe {
  return {
    files: workspace.files.map(({ path, executable, content }) => ({
      path,
      executable,
      sha256: digest(content),
    })),
    inputs: { ...inputs, artifacts: inputs.artifacts.toSorted() },
  };
}

type Digest = (content: WorkspaceFile['content']) => string;

export function digestOf(content: WorkspaceFile['content']): string {
  return createHash('sha256').update(content).digest('hex');
}

/** {@link digestOf} that does the same content once: most files of a fleet's images are the same. */
export function rememberingDigest(): Digest {
  const known = new Map<WorkspaceFile['content'], string>();
  return (content) => {
    const digest = known.get(content) ?? digestOf(content);
    known.set(content, digest);
    return digest;
  };
}

/** 64 lower-case hexadecimal digits. */
export function fingerprintOf({ files, inputs: { source, artifacts, tools } }: Recipe): string {
  const parts = [
    files.map(({ path, executable, sha256 }) => [path, executable, sha256]),
    'ami' in source ? ['ami', source.ami] : ['base', source.baseFingerprint, source.baseGeneration],
    artifacts.toSorted(),
    [tools.bake, tools.packer, tools.amazonPlugin],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
