/** Asks instances what they are and what alerts they have, through the document that only looks. */

import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { HostTally } from '../alerts/model.ts';
import { fail } from '../failure.ts';
import type { ObjectFolder, ObjectStore } from '../world/s3.ts';
import { LOOK_STEP, type OwnDocument } from './documents.ts';
import { readAnswers } from './long-answers.ts';
import { type CommandDoors, type CommandOutcome, runCommand, whyNoAnswer } from './run-command.ts';

/** What an answer may unfold to. */
const LARGEST_BYTES = 64 * 1024 * 1024;

export interface Looked<Answer> {
  /** By instance. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** By instance: why there is no answer. */
  readonly problems: ReadonlyMap<string, string>;
}

const COUNTED = z.object({
  kind: z.enum(['file', 'folder', 'port', 'address', 'source']),
  value: z.string(),
  count: z.number(),
});

const RULE = z.object({
  rule: z.number(),
  level: z.number(),
  description: z.string(),
  count: z.number(),
  before: z.number(),
  first: z.number().optional(),
  last: z.number().optional(),
  buckets: z.array(z.tuple([z.number(), z.number()])),
  subjects: z.array(COUNTED),
  others: z.number(),
  example: z.object({ time: z.number().optional(), log: z.string(), source: z.string() }),
});

const ALERTS = z.object({
  version: z.literal(1),
  bucketSeconds: z.number().positive(),
  unreadable: z.number(),
  since: z.number().optional(),
  omitted: z.number(),
  rules: z.array(RULE),
});

const ALERT = z.object({ version: z.literal(1), count: z.number(), lines: z.array(z.string()) });

const STATE = z.object({
  version: z.literal(1),
  installed: z.boolean(),
  ossec: z.string().nullable(),
  flavour: z.string().nullable(),
  /** SHA-256 of the frozen tarball that it was installed from. */
  tarball: z.string().nullable(),
  platform: z.string(),
  /** SHA-256 by path. */
  layer: z.record(z.string(), z.string()),
  programs: z.record(z.string(), z.string()),
  /** What systemd calls the state of each unit. */
  daemons: z.record(z.string(), z.string()),
  push: z.unknown(),
  /** The layer's files, where there was room for them. */
  texts: z.record(z.string(), z.string()),
});

/** What the OSSEC layer of an instance is. */
export type InstanceState = Readonly<z.infer<typeof STATE>>;

export function lookAtState(doors: CommandDoors, document: OwnDocument, instanceIds: readonly string[]) {
  return look(doors, document, { instanceIds, parameters: { What: ['state'] }, schema: STATE });
}

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

interface Question {
  readonly instanceIds: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly outputTo?: ObjectFolder;
}

interface Wanted<Schema extends z.ZodType> extends Question {
  readonly schema: Schema;
}

async function look<Schema extends z.ZodType>(
  doors: CommandDoors,
  document: OwnDocument,
  { schema, ...question }: Wanted<Schema>,
): Promise<Looked<z.infer<Schema>>> {
  const outcomes = await ask(doors, document, question);
  const answers = new Map<string, z.infer<Schema>>();
  const problems = new Map<string, string>();
  for (const outcome of outcomes) {
    const answer = outcome.kind === 'done' ? unfold(outcome.stdout, schema) : undefined;
    if (answer !== undefined) answers.set(outcome.instanceId, answer);
    else problems.set(outcome.instanceId, whyNoAnswer(outcome));
  }
  return { answers, problems };
}

async function ask(
  doors: CommandDoors,
  document: OwnDocument,
  question: Question,
): Promise<CommandOutcome[]> {
  const outcomes = await runCommand(doors, {
    ...question,
    document: { name: document.name, sha256: await installedHash(doors, document) },
    step: LOOK_STEP,
    comment: `bake looks: ${question.parameters.What?.[0]}`,
    deliverySeconds: 60,
    // That one can't answer keeps nobody from asking the others.
    maxErrors: question.instanceIds.length,
  });
  return [...outcomes.values()];
}

/**
 * The hash of a document that is installed and is the one that this bake brings.
 * @throws Failed where it is missing, or another
 */
export async function installedHash({ commands }: CommandDoors, { name, content }: OwnDocument) {
  const installed = await commands.document(name);
  if (installed?.content === content) return installed.sha256;
  return fail({
    kind: 'prerequisite',
    problem:
      installed === undefined
        ? `the SSM document ${name} is not installed in this region`
        : `the SSM document ${name} is not the one that this version of bake brings`,
    remedy: 'somebody who may has to install it; `bake iam` says who may do what',
    commands: ['bake iam install'],
  });
}

/** Undefined for anything that is no such answer. */
export function unfold<Schema extends z.ZodType>(
  stdout: string,
  schema: Schema,
): z.infer<Schema> | undefined {
  try {
    const json = gunzipSync(Buffer.from(stdout.trim(), 'base64'), { maxOutputLength: LARGEST_BYTES });
    return schema.safeParse(JSON.parse(json.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function tallyOf(host: string, { version: _, since, rules, ...rest }: z.infer<typeof ALERTS>): HostTally {
  return {
    host,
    ...rest,
    since,
    rules: rules.map(({ first, last, example, ...rule }) => ({
      ...rule,
      first,
      last,
      example: { time: example.time, log: example.log, source: example.source },
    })),
  };
}
