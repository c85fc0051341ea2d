/** What a push would change on an instance. Pure. */

import type { InstanceState } from '../look.ts';
import type { WantedLayer } from './wanted.ts';

/** The OSSEC that an image of this fleet file has. */
export interface WantedOssec {
  /** As OSSEC calls it; undefined for the stand-in. */
  readonly version: string | undefined;
  /** SHA-256 of the frozen tarball. */
  readonly tarball: string;
}

export type Change =
  | { readonly kind: 'none' }
  /** Paths of files that differ or are missing, or that should not be there. */
  | { readonly kind: 'config'; readonly files: readonly string[] }
  | {
      readonly kind: 'version';
      readonly from: string;
      readonly to: string;
      readonly files: readonly string[];
    }
  /** Nothing differs, but an earlier push was ended midway, or OSSEC does not run. */
  | { readonly kind: 'repair'; readonly isLeft: boolean; readonly down: readonly string[] }
  /** `instead`: what is uninstalled first. */
  | { readonly kind: 'install'; readonly instead: string | undefined };

export function changeOf(state: InstanceState, layer: WantedLayer, ossec: WantedOssec): Change {
  const isOurs = state.installed && state.flavour === 'local' && state.tarball !== null;
  if (!isOurs) {
    const instead = state.installed ? `${state.ossec ?? 'OSSEC'} (${state.flavour ?? 'unknown'})` : undefined;
    return { kind: 'install', instead };
  }
  const files = differingFiles(state, layer);
  if (state.tarball !== ossec.tarball) {
    return { kind: 'version', from: state.ossec ?? 'unknown', to: ossec.version ?? 'the stand-in', files };
  }
  if (files.length > 0) return { kind: 'config', files };
  const down = downOf(state);
  return state.left || down.length > 0 ? { kind: 'repair', isLeft: state.left, down } : { kind: 'none' };
}

/** The units that should run, and don't. */
export function downOf({ daemons }: InstanceState): string[] {
  return Object.entries(daemons).flatMap(([unit, now]) => (now === 'active' ? [] : [unit]));
}

function differingFiles({ layer: has, programs, owners }: InstanceState, layer: WantedLayer): string[] {
  const known = { ...programs, ...has };
  return [
    ...layer.files
      .filter(
        ({ path, sha256, mode, owner, group }) =>
          known[path] !== sha256 || owners[path] !== `${mode} ${owner} ${group}`,
      )
      .map(({ path }) => path),
    ...layer.absent.filter((path) => known[path] !== undefined),
  ];
}

/** Drop-ins for units of the layer that are not of it: a push lets them be. */
export function extraOf({ programs }: InstanceState, layer: WantedLayer): string[] {
  const known = new Set([...layer.files.map(({ path }) => path), ...layer.absent]);
  return Object.keys(programs).filter(
    (path) => /\/systemd\/system\/[^/]+\.d\/[^/]+$/.test(path) && !known.has(path),
  );
}

/** The same for instances that look alike: what is shown once for all of them. */
export function changeKey(change: Change, { texts, owners, left }: InstanceState): string {
  const files = 'files' in change ? change.files.map((path) => [path, owners[path], texts[path] ?? '']) : [];
  return JSON.stringify([change, left, files]);
}
