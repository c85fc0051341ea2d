/** Answers that are too long for SSM: read from where instances have put them, and removed there. */

import type { Readable } from 'node:stream';
import pMap from 'p-map';
import { Failed } from '../failure.ts';
import { formatObjectAddress, hasCode, type ObjectAddress, type ObjectStore } from '../world/s3.ts';
import { type CommandOutcome, whyNoAnswer } from './run-command.ts';

/** An instance writes there itself, whatever it likes. */
const LARGEST_BYTES = 16 * 1024 * 1024;
const AT_ONCE = 8;

type Objects = Pick<ObjectStore, 'open' | 'remove'>;

/** `unfold`: undefined for what is no answer. By instance: what it says, and what has gone wrong. */
export async function readAnswers<Answer>(
  outcomes: readonly CommandOutcome[],
  objects: Objects,
  unfold: (text: string) => Answer | undefined,
) {
  const answers = new Map<string, Answer>();
  const problems = new Map<string, string>();
  const readOne = async (outcome: CommandOutcome) => {
    const { instanceId, kind, stdoutAt } = outcome;
    if (stdoutAt === undefined) {
      problems.set(instanceId, whyNoAnswer(outcome));
      return;
    }
    try {
      const text = kind === 'done' ? await textOf(await objects.open(stdoutAt)) : undefined;
      const answer = text === undefined ? undefined : unfold(text);
      if (answer === undefined) problems.set(instanceId, whyNoAnswer(outcome));
      else answers.set(instanceId, answer);
      await removeAll(objects, stdoutAt);
    } catch (error) {
      problems.set(instanceId, refusal(error, stdoutAt));
    }
  };
  await pMap(outcomes, readOne, { concurrency: AT_ONCE });
  return { answers, problems };
}

/** Undefined for what is too long. */
async function textOf(stream: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_BYTES) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The agent keeps what went wrong beside it, where something did. */
async function removeAll(objects: Objects, at: ObjectAddress): Promise<void> {
  await objects.remove(at);
  await objects.remove({ ...at, key: at.key.replace(/stdout$/, 'stderr') });
}

/** @throws what is no refusal of AWS's */
function refusal(error: unknown, at: ObjectAddress): string {
  if (!(error instanceof Failed)) throw error;
  if (!hasCode(error, 'NoSuchKey')) return error.message;
  return `its answer is not at ${formatObjectAddress(at)}: its role may not write there (\`bake iam --for instance\`)`;
}
