/** What a machine with an image's rules says of log lines: `provisioners/ossec-config/checks/ask.py`. Pure. */

import { z } from 'zod';

const event = z.object({
  /** Null: no rule matches. */
  rule: z.int().nullable(),
  level: z.int().nullable(),
  /** Null: no decoder knows the line. */
  decoder: z.string().nullable(),
  /** It is written to OSSEC's log of alerts. */
  alert: z.boolean(),
  /** Name of the hook that the alert is posted to. */
  hook: z.string().nullable(),
});
export type LineEvent = z.output<typeof event>;

const result = z.object({
  name: z.string(),
  /** bake's own, of its own rules. */
  own: z.boolean(),
  lines: z.array(z.string()),
  rule: z.union([z.int(), z.literal('none')]),
  level: z.int().optional(),
  decoder: z.string().optional(),
  notified: z.boolean().optional(),
  /** Of the last line; null where OSSEC did not answer for every line. */
  event: event.nullable(),
  /** In words; empty: it has passed. */
  wrong: z.array(z.string()),
});
export type TestResult = z.output<typeof result>;

const answer = z.union([
  z.object({ stand_in: z.literal(true) }),
  z.object({ stand_in: z.literal(false), refused: z.string() }),
  z.object({ stand_in: z.literal(false), events: z.array(event).nullable() }),
  z.object({ stand_in: z.literal(false), tests: z.array(result) }),
]);

export type RuleAnswer =
  | { readonly kind: 'stand-in' }
  /** OSSEC does not take its rules, in its own words: untrusted text. */
  | { readonly kind: 'refused'; readonly why: string }
  /** One for each line; undefined where it did not answer for every one. */
  | { readonly kind: 'events'; readonly events: readonly LineEvent[] | undefined }
  | { readonly kind: 'tests'; readonly tests: readonly TestResult[] };

/** The request, as the machine reads it. `lines`: undefined for the tests of the image's rules. */
export function ruleRequest(lines: readonly string[] | undefined): string {
  return JSON.stringify({ lines });
}

/** Throws where it is not an answer: then the two ends are of different versions. */
export function readRuleAnswer(text: string): RuleAnswer {
  const said = answer.parse(JSON.parse(text));
  if (said.stand_in) return { kind: 'stand-in' };
  if ('refused' in said) return { kind: 'refused', why: said.refused };
  if ('events' in said) return { kind: 'events', events: said.events ?? undefined };
  return { kind: 'tests', tests: said.tests };
}
