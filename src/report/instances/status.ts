/** Running instances for a terminal. Pure. */

import type { InstanceStatus } from '../../instances/drift.ts';
import { table } from '../table.ts';

export function instanceLines(instances: readonly InstanceStatus[]): string[] {
  if (instances.length === 0) return ['no instance is in service'];
  return table([
    ['instance', 'group', 'image', 'OSSEC', 'rules', 'pushed', 'compared with the fleet file'],
    ...instances.map((one) => [
      one.id,
      one.group,
      one.imageName ?? (one.imageId || 'unknown'),
      one.ossec ?? 'none',
      one.rules ?? '',
      one.pushedAt?.slice(0, 16).replace('T', ' ') ?? '',
      comparison(one),
    ]),
  ]);
}

function comparison({ change, down, extra, problem, lastFailure }: InstanceStatus): string {
  if (change === undefined) return `not reached: ${problem ?? 'it did not answer'}`;
  const off = down.length === 0 ? [] : [`does not run: ${down.join(', ')}`];
  const last = lastFailure === undefined ? [] : [lastFailure];
  const more = extra.length === 0 ? [] : [`has drop-ins that are not bake's: ${extra.join(', ')}`];
  return [changeWords(change), ...off, ...more, ...last].join('; ');
}

function changeWords(change: NonNullable<InstanceStatus['change']>): string {
  switch (change.kind) {
    case 'none':
      return 'the same';
    case 'repair':
      return change.isLeft ? 'a push was ended midway' : 'the same';
    case 'install':
      return change.instead === undefined ? 'has no OSSEC' : `has ${change.instead}`;
    case 'version':
      return 'another build of OSSEC';
    case 'config':
      return `differs: ${change.files.map((path) => path.split('/').at(-1)).join(', ')}`;
  }
}
