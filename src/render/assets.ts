/** bake's own files that renderings are made of: `packer/…`, `templates/…`, `provisioners/…` → content. */
export type Assets = ReadonlyMap<string, string>;

/** The asset at `path`; its absence is a broken installation. */
export function asset(assets: Assets, path: string): string {
  const content = assets.get(path);
  if (content === undefined) throw new Error(`bake's own file ${path} is missing`);
  return content;
}
