/** The file that the program on a booted image has written. Pure; it comes from a machine, and is believed in its form only. */

import { z } from 'zod';
import { fail } from '../failure.ts';
import type { Identity, Observation } from './model.ts';

const text = z.string().max(8000);
const seconds = z.number();

const alert = z.object({
  rule: z.int(),
  level: z.int(),
  description: text,
  log: text,
  source: text,
  file: text,
  seconds,
});

const identity = z.object({
  machine_id: z.string().nullable(),
  host_keys: z.record(z.string(), z.string().nullable()),
});

const observation = z.object({
  version: z.literal(1),
  identity,
  boot: z
    .object({
      scans_ended: z.boolean(),
      seconds,
      daemons_cpu_seconds: seconds,
      alerts: z.array(alert),
      all_alerts: z.int(),
    })
    .optional(),
  hygiene: z.array(z.object({ name: text, problems: z.array(text) })),
  checks: z.array(z.object({ name: text, exit_code: z.int().nullable(), seconds, output: text })),
  tampering: z
    .array(
      z.object({
        name: text,
        did: text,
        problem: text,
        seconds: seconds.nullable(),
        alert: alert.nullable(),
        hooks: z.record(z.string(), seconds),
      }),
    )
    .optional(),
});

/** @throws Failed where it is no such file; messages name `image` */
export function readObservation(content: string, image: string): Observation {
  return parsed(observation, content, image);
}

/** Of the other boot, which tells nothing else. */
export function readIdentity(content: string, image: string): Identity {
  return parsed(z.object({ identity }), content, image).identity;
}

function parsed<T>(schema: z.ZodType<T>, content: string, image: string): T {
  const found = schema.safeParse(json(content));
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  return fail({
    kind: 'build',
    image,
    problem: `the booted image did not report what was seen on it: ${issue?.path.join('.') || 'the report'}: ${issue?.message}`,
    remedy:
      'run the same command again; if it stays so, the log says what the program on the machine printed',
  });
}

function json(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
