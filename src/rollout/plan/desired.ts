/** The desired configuration of a refresh: the group's own, with another launch template version. Pure. */

import type { Configuration } from '../model.ts';

/** A mixed instances policy travels along whole: what is left out of it, AWS takes away from the group. */
export function desiredConfiguration(current: Configuration, version: number): Configuration {
  return { ...current, launchTemplate: { ...current.launchTemplate, version: String(version) } };
}
