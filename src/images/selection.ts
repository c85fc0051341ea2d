/**
 * Which images a clean-up was asked about. A housekeeper with a wrong filter deletes everything, so a filter
 * that says nothing is refused. Pure.
 */

import type { InputFailure } from '../failure.ts';
import { nearest } from '../fleet/nearest.ts';

/** An image as filters see it. */
export interface Tagged {
  readonly role: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** Without any of them, all images of the fleet are meant. */
export interface Selection {
  readonly roles: readonly string[];
  readonly tags: ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

/** Every role and tag narrows; roles are alternatives. */
export function isSelected({ role, tags }: Tagged, selection: Selection): boolean {
  const isRole = selection.roles.length === 0 || selection.roles.includes(role);
  return isRole && selection.tags.every(({ key, value }) => tags.get(key) === value);
}

/** All that is wrong with a selection among the images of a fleet. */
export function selectionProblems(
  fleet: string,
  images: readonly Tagged[],
  selection: Selection,
): InputFailure[] {
  if (images.length === 0) {
    return [
      {
        kind: 'input',
        problem: `no image belongs to a fleet called ${fleet}`,
        remedy: 'check `fleet` in the fleet file, the region and the account',
      },
    ];
  }
  const problems = [
    ...selection.roles.flatMap((role) => roleProblem(role, images)),
    ...selection.tags.flatMap((tag) => tagProblem(tag, images)),
  ];
  return problems.length > 0 ? problems : rolesProblem(images, selection);
}

function roleProblem(role: string, images: readonly Tagged[]): InputFailure[] {
  const known = [...new Set(images.map((image) => image.role))].sort();
  if (known.includes(role)) return [];
  return [
    {
      kind: 'input',
      problem: `no image is of a role called ${role}`,
      remedy: didYouMean(role, known),
    },
  ];
}

/** Roles that are all of them: whoever wrote that meant to leave something out. */
function rolesProblem(images: readonly Tagged[], selection: Selection): InputFailure[] {
  const { roles } = selection;
  if (roles.length === 0 || !images.every((image) => isSelected(image, selection))) return [];
  const all = roles.length === 1 ? 'is the only role that has images' : 'are all roles that have images';
  return [
    {
      kind: 'input',
      problem: `${roles.join(', ')} ${all}, so --role selects nothing`,
      remedy: 'leave it out if all of them are meant',
    },
  ];
}

function tagProblem({ key, value }: Selection['tags'][number], images: readonly Tagged[]): InputFailure[] {
  const having = images.filter(({ tags }) => tags.has(key));
  if (having.length === 0) {
    const known = [...new Set(images.flatMap(({ tags }) => [...tags.keys()]))].sort();
    return [{ kind: 'input', problem: `no image has a tag called ${key}`, remedy: didYouMean(key, known) }];
  }
  const matching = having.filter(({ tags }) => tags.get(key) === value);
  if (matching.length < images.length) return [];
  return [
    {
      kind: 'input',
      problem: `the tag ${key}=${value} is on every image of the fleet, so it selects nothing`,
      remedy: 'leave it out if all of them are meant',
    },
  ];
}

function didYouMean(text: string, known: readonly string[]): string {
  const near = nearest(text, known);
  return near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
}
