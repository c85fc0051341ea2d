/** Asks instances questions, and what they are, through the document that only looks. */

import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { fail } from '../failure.ts';
import type { ObjectFolder } from '../world/s3.ts';
import { LOOK_STEP, type OwnDocument } from './documents.ts';
import { type CommandDoors, type CommandOutcome, runCommand, whyNoAnswer } from './run-command.ts';

/** What an answer may unfold to. */
const LARGEST_BYTES = 64 * 1024 * 1024;

export interface Looked<Answer> {
  /** By instance. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** By instance: why there is no answer. */
  readonly problems: ReadonlyMap<string, string>;
}

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
  /** Of the same files: mode, owner and group, `0640 root ossec`. */
  owners: z.record(z.string(), z.string()),
  /** Whether an earlier push was ended midway; files are what they were before it, for they come back first. */
  left: z.boolean(),
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

interface Question {
  readonly instanceIds: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly outputTo?: ObjectFolder;
}

interface Wanted<Schema extends z.ZodType> extends Question {
  readonly schema: Schema;
}

export async function look<Schema extends z.ZodType>(
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

export async function ask(
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
