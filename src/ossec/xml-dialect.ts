/**
 * What OSSEC's reader (src/os_xml/os_xml.c) takes for XML and a library does not: `\<` for a `<` that is
 * text, no entities, comments that begin with any `<!` and end with `!>` too. It is written in unused
 * characters of the same length before a library reads it, so that every offset stays that of the file. Pure.
 */

import type { XmlProblem } from './xml-model.ts';

export interface StandIns {
  readonly comment: string;
  readonly less: string;
  readonly ampersand: string;
  readonly greater: string;
}

/** Four characters for private use that the file has not. */
export function unusedCharacters(source: string): StandIns {
  const used = new Set(source);
  const free = (from: number): string => {
    const character = String.fromCharCode(from);
    return used.has(character) ? free(from + 1) : character;
  };
  return { comment: free(0xe000), less: free(0xe400), ampersand: free(0xe800), greater: free(0xec00) };
}

/** The file as a library reads it, of the same length; or why OSSEC would not read it. */
export function standIn(
  source: string,
  { comment, less, ampersand, greater }: StandIns,
): { readonly plain: string; readonly wrong?: XmlProblem } {
  const { text, open } = hideComments(source, comment);
  if (open !== undefined) {
    const problem = 'OSSEC reads this as the beginning of a comment that never ends';
    const remedy = 'End it with -->. OSSEC knows no CDATA and no DOCTYPE';
    return { plain: text, wrong: { range: [open, open + 2], problem, remedy } };
  }
  const declaration = text.indexOf('<?');
  if (declaration >= 0) {
    const problem = 'OSSEC 4.1 and 4.2 read no <?xml … ?>';
    const remedy = 'Remove it: rule files begin with <var> or <group>';
    return { plain: text, wrong: { range: [declaration, declaration + 2], problem, remedy } };
  }
  // A comment between the two does not end the escape.
  const escaped = new RegExp(`\\\\(${comment}*)<`, 'g');
  const plain = text
    .replace(escaped, (_, between: string) => `\\${between}${less}`)
    .replaceAll('&', ampersand)
    .replaceAll(']]>', `]]${greater}`);
  return { plain };
}

/** A text of the file as OSSEC gets it. */
export function restore(text: string, { comment, less, ampersand, greater }: StandIns): string {
  return text
    .replaceAll(comment, '')
    .replaceAll(less, '<')
    .replaceAll(ampersand, '&')
    .replaceAll(greater, '>');
}

function hideComments(source: string, mark: string): { text: string; open?: number } {
  let text = '';
  for (let position = 0; ; ) {
    const start = source.indexOf('<!', position);
    if (start < 0) return { text: text + source.slice(position) };
    const length = /!>|-->/.exec(source.slice(start + 2));
    if (length === null) return { text, open: start };
    const end = start + 2 + length.index + length[0].length;
    text += source.slice(position, start) + mark.repeat(end - start);
    position = end;
  }
}
