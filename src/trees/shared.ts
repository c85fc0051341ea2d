/**
 * Compiled trees that machines share in S3:
 *
 *     PREFIX/trees/SHA256.tar.gz               a tree's archive, named by its digest
 *     PREFIX/index/TARBALL/RECIPE/PLATFORM     the digest of the tree for it
 *
 * The first tree for a platform stays. Who may write there may bring code into images: `bake.lock` pins digests.
 */

import { createHash } from 'node:crypto';
import { fail } from '../failure.ts';
import { formatObjectAddress, type ObjectStore } from '../world/s3.ts';
import { PLATFORM, type TreeKey, type Trees } from './model.ts';

export interface SharedTrees {
  /** Where they are, for messages: `s3://BUCKET/PREFIX`. */
  readonly name: string;
  find(key: TreeKey): Promise<Trees>;
  /** The archive with this digest; throws {@link Failed} where it is missing or is another one. */
  fetch(platform: string, sha256: string): Promise<Buffer>;
  /** Puts a tree there for other machines, where there is none for its platform or `replace` is given. */
  offer(key: TreeKey, tree: OfferedTree, options: { readonly replace: boolean }): Promise<void>;
}

export interface OfferedTree {
  readonly platform: string;
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** `prefix`: `s3://BUCKET` or `s3://BUCKET/PREFIX`. */
export function openSharedTrees(objects: ObjectStore, prefix: string): SharedTrees {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(prefix) ?? [];
  const at = (...parts: readonly string[]) => ({
    bucket,
    key: [rest, ...parts].filter((part) => part !== '').join('/'),
  });
  const index = ({ tarball, recipe }: TreeKey, platform: string) => at('index', tarball, recipe, platform);
  const archive = (sha256: string) => at('trees', `${sha256}.tar.gz`);
  const readIndex = async (key: TreeKey, platform: string) => {
    const address = index(key, platform);
    const sha256 = (await objects.read(address))?.toString('utf8').trim() ?? '';
    if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
    return refuse(`${formatObjectAddress(address)} does not hold the digest of a compiled tree`);
  };
  return {
    name: prefix,
    find: async (key) => {
      const keys = await objects.keys(bucket, `${index(key, '').key}/`);
      const platforms = keys
        .map((found) => found.split('/').at(-1) ?? '')
        .filter((name) => PLATFORM.test(name));
      const pairs = platforms.map(async (platform) => [platform, await readIndex(key, platform)] as const);
      return new Map(await Promise.all(pairs));
    },
    fetch: async (platform, sha256) => {
      const name = `the compiled tree for ${platform} in ${formatObjectAddress(archive(sha256))}`;
      const content = await objects.read(archive(sha256));
      if (content === undefined) return refuse(`${name} is missing`);
      const digest = createHash('sha256').update(content).digest('hex');
      return digest === sha256 ? content : refuse(`${name} is refused: its SHA-256 is ${digest}`);
    },
    offer: async (key, { platform, sha256, content }, { replace }) => {
      const put = replace ? objects.replace : objects.create;
      await put(archive(sha256), content);
      await put(index(key, platform), Buffer.from(`${sha256}\n`));
    },
  };
}

function refuse(problem: string): never {
  fail({
    kind: 'input',
    problem,
    remedy: 'find out who changed it, then compile it anew with `bake ossec build --force`',
  });
}
