/** Asks instances for their alerts, through the document that only looks. */

import { z } from 'zod';
import type { HostTally } from '../alerts/model.ts';
import type { ObjectFolder, ObjectStore } from '../world/s3.ts';
import type { OwnDocument } from './documents.ts';
import { readAnswers } from './long-answers.ts';
import { ask, type Looked, look, unfold } from './look.ts';
import type { CommandDoors } from './run-command.ts';

const BUCKETS = z.array(z.tuple([z.number(), z.number()]));

const SUBJECT = z.object({
  kind: z.enum(['file', 'folder', 'port', 'address', 'source']),
  value: z.string(),
  count: z.number(),
  buckets: BUCKETS,
  example: z.object({ time: z.number().optional(), log: z.string(), source: z.string() }).optional(),
});

const RULE = z.object({
  rule: z.number(),
  level: z.number(),
  description: z.string(),
  count: z.number(),
  before: z.number(),
  first: z.number().optional(),
  last: z.number().optional(),
  buckets: BUCKETS,
  subjects: z.array(SUBJECT),
  others: z.number(),
});

/** What an instance answers. */
export const ALERTS = z.object({
  version: z.literal(1),
  bucketSeconds: z.number().positive(),
  unreadable: z.number(),
  damaged: z.number(),
  ahead: z.number(),
  since: z.number().optional(),
  omitted: z.number(),
  rules: z.array(RULE),
});

const ALERT = z.object({ version: z.literal(1), count: z.number(), lines: z.array(z.string()) });

export async function lookAtAlerts(
  doors: CommandDoors,
  document: OwnDocument,
  { instanceIds, seconds, bucketSeconds }: AlertsWanted,
): Promise<Looked<HostTally>> {
  const parameters = { What: ['alerts'], Seconds: [String(seconds)], Bucket: [String(bucketSeconds)] };
  const { answers, problems } = await look(doors, document, { instanceIds, parameters, schema: ALERTS });
  const tallies = [...answers].map(([host, answer]): [string, HostTally] => [host, tallyOf(host, answer)]);
  return { answers: new Map(tallies), problems };
}

export interface AlertsWanted {
  readonly instanceIds: readonly string[];
  readonly seconds: number;
  readonly bucketSeconds: number;
}

export interface RuleWanted {
  readonly instanceIds: readonly string[];
  readonly seconds: number;
  readonly rule: number;
}

/** The newest alerts of one rule, as OSSEC wrote them, and how many there are: those that SSM has room for. */
export function lookAtRule(doors: CommandDoors, document: OwnDocument, wanted: RuleWanted) {
  const parameters = { What: ['alert'], ...ofRule(wanted) };
  return look(doors, document, { instanceIds: wanted.instanceIds, parameters, schema: ALERT });
}

/** Far more of them: instances put them into S3, where they are read and removed. */
export async function lookAtDetails(
  doors: CommandDoors,
  document: OwnDocument,
  { place, objects, ...wanted }: RuleWanted & LongAnswers,
): Promise<Looked<z.infer<typeof ALERT>>> {
  const outcomes = await ask(doors, document, {
    instanceIds: wanted.instanceIds,
    parameters: { What: ['details'], ...ofRule(wanted) },
    outputTo: place,
  });
  return readAnswers(outcomes, objects, (text) => unfold(text, ALERT));
}

export interface LongAnswers {
  readonly place: ObjectFolder;
  readonly objects: Pick<ObjectStore, 'open' | 'remove'>;
}

function ofRule({ seconds, rule }: RuleWanted) {
  return { Seconds: [String(seconds)], Rule: [String(rule)] };
}

const GRAVE = z.object({
  version: z.literal(1),
  count: z.number(),
  first: z.object({ rule: z.number(), level: z.number(), description: z.string() }).nullable(),
});

/** How many alerts of a level or above there are, and the first of them; untrusted. */
export type GraveAlerts = Readonly<z.infer<typeof GRAVE>>;

export function lookForGrave(
  doors: CommandDoors,
  document: OwnDocument,
  { instanceIds, level }: { readonly instanceIds: readonly string[]; readonly level: number },
): Promise<Looked<GraveAlerts>> {
  const parameters = { What: ['grave'], Level: [String(level)] };
  return look(doors, document, { instanceIds, parameters, schema: GRAVE });
}

/** The answer of an instance, whose name it does not know itself. */
export function tallyOf(
  host: string,
  { version: _, since, rules, ...rest }: z.infer<typeof ALERTS>,
): HostTally {
  return {
    host,
    ...rest,
    since,
    rules: rules.map(({ first, last, subjects, ...rule }) => ({
      ...rule,
      first,
      last,
      subjects: subjects.map(({ example, ...subject }) => ({
        ...subject,
        example: example && { time: example.time, log: example.log, source: example.source },
      })),
    })),
  };
}
