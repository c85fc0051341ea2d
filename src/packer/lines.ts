/** Whose line it is that Packer shows. Pure. */

/**
 * The rendered HCL puts this before every line that a step prints, because Packer shows a step's lines in
 * the same form as its own: without it, a step could say `Creating AMI …` and be believed.
 */
export const STEP_MARK = '|';

export type Line =
  /** A step printed it; untrusted. */
  | { readonly from: 'step'; readonly text: string }
  /** The builder in Packer said it about its image. */
  | { readonly from: 'builder'; readonly text: string }
  /** Packer itself said it. */
  | { readonly from: 'packer'; readonly text: string };

/** `==> amazon-ebs.web: text`, and `    amazon-ebs.web: text` as older releases have a step's lines. */
const PREFIX = /^(?:==>| {3}) (\S+?): ?/;

/** The lines of one `ui` record, at least one. */
export function linesOf(text: string): Line[] {
  const shown = withoutPrefix(text);
  if (shown !== undefined && (shown === STEP_MARK || shown.startsWith(`${STEP_MARK} `))) {
    return [{ from: 'step', text: asPrinted(shown.slice(STEP_MARK.length + 1)) }];
  }
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const own = withoutPrefix(line);
      return own === undefined ? { from: 'packer', text: line } : { from: 'builder', text: own };
    });
}

function withoutPrefix(line: string): string | undefined {
  const match = PREFIX.exec(line);
  return match === null ? undefined : line.slice(match[0].length);
}

/** A step's line has no newline: where the record seems to have one, the step printed a backslash and an n. */
function asPrinted(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
