/** A call that is refused, as AWS refuses it: the wire format is the business of `wire/errors.ts`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** The refusal of what a rehearsal does not do. `what`: `ec2:RegisterImage`. */
export function notDone(what: string): AwsError {
  return new AwsError('UnsupportedOperation', `The rehearsal does not do ${what}.`);
}
