/** Maintenance windows on running instances: the document that begins and ends them, and what it answers. Pure. */

import { z } from 'zod';
import { document, type OwnDocument } from './documents.ts';

export const MAINTENANCE = 'bake-maintenance';
/** The step whose output is the answer. */
export const MAINTENANCE_STEP = 'maintenance';
/** The instance cuts a reason there. */
export const LONGEST_REASON = 200;

export type WindowRequest =
  | { readonly kind: 'begin'; readonly seconds: number; readonly reason: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'status' };

const PROGRAM = '/usr/local/sbin/bake-maintenance';

/** Who may send it begins and ends windows, each of which is told, and does nothing else. */
export function maintenanceDocument(): OwnDocument {
  return document(MAINTENANCE, {
    description:
      "Begins or ends a maintenance window on this instance, which every hook is told. bake's own.",
    parameters: {
      What: { type: 'String', allowedValues: ['begin', 'end', 'status'] },
      Seconds: { type: 'String', default: '600', allowedPattern: '^[1-9][0-9]{0,4}$' },
      Reason: {
        type: 'String',
        default: '',
        description: 'In base64',
        allowedPattern: '^[A-Za-z0-9+/=]{0,1200}$',
      },
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: MAINTENANCE_STEP,
        inputs: {
          timeoutSeconds: '60',
          runCommand: [
            '#!/bin/sh',
            'set -eu',
            "reason=$(printf %s '{{ Reason }}' | base64 --decode)",
            "case '{{ What }}' in",
            `  begin) ${PROGRAM} begin --for '{{ Seconds }}s' "--reason=$reason" >&2 ;;`,
            `  end) ${PROGRAM} end >&2 ;;`,
            'esac',
            `exec ${PROGRAM} status --json`,
          ],
        },
      },
    ],
  });
}

/** The document's parameters. A reason is whatever text it is, and reaches no shell as such. */
export function parametersOf(request: WindowRequest): Record<string, readonly string[]> {
  if (request.kind !== 'begin') return { What: [request.kind] };
  return {
    What: ['begin'],
    Seconds: [String(request.seconds)],
    Reason: [Buffer.from(request.reason.slice(0, LONGEST_REASON), 'utf8').toString('base64')],
  };
}

const WINDOW = z.object({
  id: z.string(),
  reason: z.string(),
  by: z.string(),
  begun: z.string(),
  until: z.string(),
  seconds: z.number(),
});

const STATE = z.object({
  version: z.literal(1),
  open: WINDOW.nullable(),
  folders: z.array(z.string()),
  ports: z.array(z.string()),
});

/** What an instance says of its windows; untrusted text. */
export type MaintenanceState = Readonly<z.infer<typeof STATE>>;

/** Undefined for anything that is no such answer. */
export function readMaintenance(stdout: string): MaintenanceState | undefined {
  try {
    return STATE.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}
