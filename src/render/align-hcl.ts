/** The one thing about `packer fmt` that a template cannot do by itself: aligned equals signs. */

const ASSIGNMENT = /^( *)("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*) = (.*)$/;

/** Attributes in consecutive lines get their `=` in one column, as `packer fmt` wants it. */
export function alignHcl(text: string): string {
  const lines = text.split('\n');
  const aligned: string[] = [];
  for (let start = 0; start < lines.length; ) {
    let end = start;
    while (end < lines.length && isSingleLineAssignment(lines[end])) end += 1;
    if (end === start) {
      aligned.push(lines[start] ?? '');
      start += 1;
    } else {
      aligned.push(...alignGroup(lines.slice(start, end)));
      start = end;
    }
  }
  return aligned.join('\n');
}

/** A value that goes on over further lines stands in no group. */
function isSingleLineAssignment(line: string | undefined): boolean {
  const value = line === undefined ? undefined : ASSIGNMENT.exec(line)?.[3];
  return value !== undefined && !/[{[(]$/.test(value);
}

function alignGroup(lines: readonly string[]): string[] {
  const parts = lines.map((line) => {
    const [, indent = '', key = '', value = ''] = ASSIGNMENT.exec(line) ?? [];
    return { indent, key, value, width: graphemes(key) };
  });
  const widest = Math.max(...parts.map((part) => part.width));
  return parts.map(
    ({ indent, key, value, width }) => `${indent}${key}${' '.repeat(widest - width)} = ${value}`,
  );
}

/** `packer fmt` counts grapheme clusters. */
function graphemes(text: string): number {
  // A segmenter takes longer than all else of a rendering, and most keys need none.
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
}
