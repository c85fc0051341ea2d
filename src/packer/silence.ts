/** Says so where Packer is silent because AWS does not let it go on: it tries every call ten times without a word. */

import type { Emit } from '../events.ts';
import { type AwsFailure, Failed } from '../failure.ts';
import { deniedBy } from '../world/aws-errors.ts';

export interface SilenceOptions {
  readonly image: string;
  /** Any call to AWS that reads, with the credentials that Packer has. */
  readonly askAws: () => Promise<unknown>;
  readonly emit: Emit;
}

export interface SilenceWatch {
  /** Packer has said something. */
  readonly heard: () => void;
  readonly end: () => void;
}

/** Waiting for instances and images is this long every time; a call that AWS answers never is. */
export const SILENCE_MILLISECONDS = 60_000;
/** How long an answer is worth waiting for. */
const PATIENCE_MILLISECONDS = 20_000;

/**
 * A step or AWS may take its time, so silence alone means nothing: after a minute of it AWS is asked, and the
 * user told only what AWS says against it, once for each reason.
 */
export function watchSilence({ image, askAws, emit }: SilenceOptions): SilenceWatch {
  const told = new Set<string>();
  let timer: NodeJS.Timeout;
  let isOver = false;
  const wait = () => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(look, SILENCE_MILLISECONDS);
  };
  const look = async () => {
    const failure = await failureOf(askAws);
    if (failure !== undefined && !isOver && !told.has(failure.code)) {
      told.add(failure.code);
      emit({ type: 'image.stalled', image, problem: failure.problem, remedy: remedyOf(failure) });
    }
    wait();
  };
  wait();
  return {
    heard: wait,
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

type Refusal = Pick<AwsFailure, 'code' | 'problem' | 'remedy'>;

const NO_ANSWER: Refusal = {
  code: 'NoAnswer',
  problem: `AWS has not answered for ${PATIENCE_MILLISECONDS / 1000} s`,
  remedy: 'check the network and the proxy settings',
};

/** Undefined where AWS answers, or may not be asked this. */
async function failureOf(askAws: SilenceOptions['askAws']): Promise<Refusal | undefined> {
  const answered = askAws().then(
    () => undefined,
    (error: unknown) => (deniedBy(error) === undefined ? awsFailure(error) : undefined),
  );
  const tooLate = new Promise<Refusal>((resolve) => {
    setTimeout(resolve, PATIENCE_MILLISECONDS, NO_ANSWER).unref();
  });
  return Promise.race([answered, tooLate]);
}

function awsFailure(error: unknown): Refusal | undefined {
  if (!(error instanceof Failed)) return undefined;
  return error.failures.find((one): one is AwsFailure => one.kind === 'aws');
}

const MEANWHILE =
  'Packer goes on trying for up to 20 minutes: interrupt bake twice to end it now; `bake reap` removes what is left behind';

function remedyOf({ remedy }: Refusal): string {
  return [remedy, MEANWHILE].filter((part) => part !== undefined).join('; ');
}
