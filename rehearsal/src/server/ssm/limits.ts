/** MaxConcurrency and MaxErrors, and where outputs are cut. Pure. */

/** What GetCommandInvocation shows of an output, in characters. */
export const OUTPUT_CHARACTERS = 24_000;
/** What ListCommandInvocations shows. */
export const LISTED_CHARACTERS = 2_500;

const MARK = '\n---Output truncated---';

export function cut(output: string, characters: number): string {
  return output.length <= characters ? output : output.slice(0, characters - MARK.length) + MARK;
}

/** `10` or `10%` of `count`. A command always goes to one instance at least. */
export function concurrencyOf(text: string, count: number): number {
  return Math.max(1, share(text, count));
}

/** With one error more than that, a command goes to no further instance. */
export function errorsOf(text: string, count: number): number {
  return share(text, count);
}

function share(text: string, count: number): number {
  const number = Number.parseInt(text, 10);
  return text.endsWith('%') ? Math.floor((count * number) / 100) : number;
}
