/** Releases of OSSEC that are known not to do their work. Pure. */

interface KnownBad {
  readonly version: string;
  /** Later commits keep a release's version string, so a known commit decides. */
  readonly commit: string;
  /** Of the tarball that `bake ossec freeze` makes of it. */
  readonly sha256: string;
  /** Completes "OSSEC VERSION …". */
  readonly what: string;
  readonly instead: string;
}

const KNOWN_BAD: readonly KnownBad[] = [
  {
    version: '4.2.0',
    commit: '928b24e8e058f81ba4f53a8e0abf5faeddd08ad4',
    sha256: 'd1cb69b8f40560cda54b3b8ef3d190f191c8d06f1f0fc5c0737548e7b2c93f25',
    what: 'loses changes silently: with file A changed, then B, then A again, a later change of B raises no alert',
    instead: 'freeze 4.1.0, or a commit of the development branch from August 2026 on',
  },
];

/** What is wrong with a frozen OSSEC, and what to take instead; undefined where nothing is known to be. */
export function knownBad(frozen: {
  readonly version: string;
  readonly commit: string | undefined;
  readonly sha256: string;
}): { readonly problem: string; readonly remedy: string } | undefined {
  const bad = KNOWN_BAD.find(
    ({ version, commit, sha256 }) =>
      frozen.sha256 === sha256 ||
      (frozen.commit === undefined ? frozen.version === version : frozen.commit === commit),
  );
  if (bad === undefined) return undefined;
  return { problem: `OSSEC ${bad.version} ${bad.what}`, remedy: bad.instead };
}
