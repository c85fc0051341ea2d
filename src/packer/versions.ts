/** Versions of programs: three numbers. Pure. */

export type Version = readonly [major: number, minor: number, patch: number];

/** The first version in `text`; none where it is a pre-release such as `1.8.1-dev`. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?(-[a-z])?/.exec(text);
  if (match === null || match[4] !== undefined) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

export function formatVersion(version: Version): string {
  return version.join('.');
}

/** Negative where `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
