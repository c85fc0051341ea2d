/** Maintenance windows of running instances, as people see them. Pure. */

import type { MaintenanceState } from '../../instances/maintenance.ts';
import { table } from '../table.ts';
import { quoteTerminal } from '../terminal-text.ts';

export interface AnsweredMaintenance {
  readonly id: string;
  readonly group: string;
  readonly state: MaintenanceState;
}

export function maintenanceLines(
  answered: readonly AnsweredMaintenance[],
  problems: ReadonlyMap<string, string>,
): string[] {
  return [
    ...table(answered.map(({ id, group, state }) => [id, group, windowWords(state)])),
    ...[...problems].map(([id, problem]) => quoteTerminal(`${id}: ${problem}`)),
  ];
}

function windowWords({ open, folders, ports }: MaintenanceState): string {
  if (open === null) return 'no window is open';
  const covers = [...folders, ...ports].join(', ') || 'nothing, for the role declares nothing';
  return `open until ${open.until} at the latest (${open.reason}): covers ${covers}`;
}
