/** What an image is made of, as one hash: its workspace and its inputs, and nothing else. Pure. */

import { createHash } from 'node:crypto';
import type { Workspace } from './model.ts';

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

/** 64 lower-case hexadecimal digits. */
export function fingerprintOf(workspace: Workspace, inputs: Inputs): string {
  const hash = createHash('sha256');
  for (const file of workspace.files) {
    const content = typeof file.content === 'string' ? Buffer.from(file.content) : file.content;
    // Lengths before contents, so that no two workspaces give one stream.
    hash.update(`${JSON.stringify([file.path, file.executable, content.byteLength])}\n`);
    hash.update(content);
  }
  hash.update(JSON.stringify([inputs.source, [...inputs.artifacts].sort(), inputs.tools]));
  return hash.digest('hex');
}
