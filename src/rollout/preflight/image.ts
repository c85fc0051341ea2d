/** Findings about the image that is rolled out. Pure. */

import { type Facts, type Finding, finding, type Wanted } from './facts.ts';

export function imageFindings(facts: Facts, wanted: Wanted): Finding[] {
  const { image, region } = facts;
  if (image === undefined) {
    return [
      finding(
        'stop',
        'no-image',
        `there is no image ${wanted.imageId} in ${region}, or it is not shared with this account`,
        'share it, or copy it to this region: bake images promote does both',
      ),
    ];
  }
  return [
    ...availabilityFindings(image),
    ...stateFindings(image, wanted),
    ...architectureFindings(facts, image.architecture),
    ...sameFindings(facts, wanted),
  ];
}

type Image = NonNullable<Facts['image']>;

function availabilityFindings({ id, availability }: Image): Finding[] {
  if (availability === 'available') return [];
  return [
    finding(
      'stop',
      'image-unavailable',
      `the image ${id} is ${availability}, not available`,
      availability === 'pending' ? 'wait until it is' : 'take another image: --image AMI',
    ),
  ];
}

function stateFindings({ id, state }: Image, { allowCandidate, isRehearsal }: Wanted): Finding[] {
  switch (state) {
    case 'golden':
      return [];
    case 'retired':
      return [
        finding(
          'stop',
          'retired',
          `the image ${id} is retired`,
          'take another image: bake images list shows them',
        ),
      ];
    case 'unfinished':
      return [
        finding(
          'stop',
          'unfinished',
          `the image ${id} was left behind unfinished`,
          'bake it again, or take another image: --image AMI',
        ),
      ];
    case undefined:
      return [
        finding(
          'warning',
          'foreign-image',
          `the image ${id} was not made by bake, so nothing is known of what was proven of it`,
          'roll out an image of the fleet to have it proven first',
        ),
      ];
    default:
      if (allowCandidate || (isRehearsal && state === 'unproven')) return [];
      return [
        finding(
          'stop',
          'not-golden',
          `the image ${id} is ${state === 'candidate' ? 'a candidate: it was not verified' : 'unproven'}`,
          'verify it first with bake verify, or use --allow-candidate',
        ),
      ];
  }
}

/** Of every type that the group may launch. */
function architectureFindings({ architectures, group }: Facts, architecture: string): Finding[] {
  const wrong = [...architectures].filter(([, known]) => known.length > 0 && !known.includes(architecture));
  if (wrong.length === 0) return [];
  const types = wrong.map(([type, known]) => `${type} (${known.join(', ')})`).join(', ');
  return [
    finding(
      'stop',
      'architecture',
      `the image is for ${architecture}, and ${group.name} launches ${types}`,
      'bake the image for that architecture, or change the instance types of the group',
    ),
  ];
}

function sameFindings({ group, template }: Facts, { imageId, preferences }: Wanted): Finding[] {
  if (template?.imageId !== imageId) return [];
  const { ref } = template;
  const others = group.instances.filter(
    ({ launchTemplate }) => launchTemplate?.id !== ref.id || launchTemplate.version !== ref.version,
  );
  if (others.length > 0 || !preferences.skipMatching) return [];
  return [
    finding(
      'note',
      'up-to-date',
      `${group.name} and all its instances run ${imageId} already`,
      'nothing has to be done; without skip matching they are replaced all the same',
    ),
  ];
}
