/** The types that flow from a fleet to an image. All plain data; `--json` can print any of them. */

import type { Artifact, SourceImage, StepValue } from '../fleet/model.ts';

/** The image that every role stands on has this name; no role may take it. */
export const BASE = 'base';

/**
 * One thing done to a builder.
 * A step of ours names a folder under `provisioners/` and brings values and files for its `run.sh`;
 * a user's step is the provisioner `user-script` with the script as a file.
 */
export interface Step {
  /** Folder name in the workspace and name on the terminal: `03-base-packages`. */
  readonly id: string;
  /** Folder under `provisioners/`. */
  readonly provisioner: string;
  /** Written to `values.sh`: bash scalars and arrays. Names are lower-case identifiers. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** Written below the step's folder, beside `run.sh`. */
  readonly files: readonly WorkspaceFile[];
  /** Environment for the step: plain values go into `environment.sh`, secrets through Packer. */
  readonly environment: Readonly<Record<string, StepValue>>;
  /** Files that bake fetches and uploads for this step, checked by digest on both sides. */
  readonly artifacts: readonly Artifact[];
}

/** Where an image of the plan starts: the fleet's source image, or the plan's base image. */
export type Origin = { readonly kind: 'source'; readonly source: SourceImage } | { readonly kind: 'base' };

export interface ImagePlan {
  /** `base`, or the role's name. */
  readonly name: string;
  readonly origin: Origin;
  readonly steps: readonly Step[];
  readonly instanceType: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface WorkspaceFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: string | Uint8Array;
}

/** The rendered files of one image, sorted by path. Contains no runtime value. */
export interface Workspace {
  readonly image: string;
  readonly files: readonly WorkspaceFile[];
}
