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
  if (isStepLine(text)) {
    const marked = withoutPrefix(text) ?? '';
    return [{ from: 'step', text: asPrinted(marked.slice(STEP_MARK.length + 1)) }];
  }
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const own = withoutPrefix(line);
      return own === undefined ? { from: 'packer', text: line } : { from: 'builder', text: own };
    });
}

/** Packer cuts the space off where a step printed an empty line. */
export function isStepLine(text: string): boolean {
  const line = withoutPrefix(text);
  return line === STEP_MARK || line?.startsWith(`${STEP_MARK} `) === true;
}

function withoutPrefix(line: string): string | undefined {
  const match = PREFIX.exec(line);
  return match === null ? undefined : line.slice(match[0].length);
}

/** A step's line has no newline: where the record seems to have one, the step printed a backslash and an n. */
function asPrinted(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
