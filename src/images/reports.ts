/**
 * What is kept of images, by content: whoever finds a report somewhere can tell by the image's tags whether it
 * is the right one. Pure.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fingerprintOf, type Recipe } from '../plan/fingerprint.ts';

/** Paths below a place where reports are kept. */
export const REPORT = {
  /** `digest` is that of the file, as the image's tags have it. */
  inventory: (digest: string) => `inventories/${digest}.json.gz`,
  /** `digest` is that of the file, as the image's tags have it. */
  verification: (digest: string) => `verifications/${digest}.json`,
  /** The same for people. */
  verifyPage: (digest: string) => `verifications/${digest}.html`,
  recipe: (fingerprint: string) => `recipes/${fingerprint}.json`,
  /** Of the same digest as the inventory that it is made from. */
  sbom: (digest: string) => `sboms/${digest}.cdx.json`,
} as const;

const HEX = /^[0-9a-f]{64}$/;

/** Tags are hints: what is no digest must not become a path. */
export function isDigest(text: string): boolean {
  return HEX.test(text);
}

/** 64 lower-case hexadecimal digits. */
export function digestOfReport(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

export function formatRecipe(recipe: Recipe): string {
  return `${JSON.stringify(recipe, undefined, 1)}\n`;
}

const RECIPE = z.object({
  files: z.array(z.object({ path: z.string(), executable: z.boolean(), sha256: z.string() })),
  inputs: z.object({
    source: z.union([
      z.strictObject({ ami: z.string() }),
      z.strictObject({ baseFingerprint: z.string(), baseGeneration: z.int() }),
    ]),
    artifacts: z.array(z.string()),
    tools: z.object({ bake: z.string(), packer: z.string(), amazonPlugin: z.string() }),
  }),
});

/** Undefined for anything but the recipe with this fingerprint. */
export function readRecipe(text: string, fingerprint: string): Recipe | undefined {
  const parsed = RECIPE.safeParse(parseJson(text));
  return parsed.success && fingerprintOf(parsed.data) === fingerprint ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
