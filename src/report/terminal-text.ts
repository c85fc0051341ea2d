/** The one place where text from elsewhere is made safe for a terminal. Pure. */

/**
 * What a terminal would obey rather than show, and what would show nothing at all: control characters
 * (escape sequences begin with one), bidirectional marks, zero-width and private characters, line
 * separators, halves of characters.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '    ' };

/**
 * Makes a text safe to print on one line: what a terminal would obey, and what nobody would see, is
 * written out (`\x1b`, `\u202e`); a tab becomes four blanks. Everything else stays as it is, so this is
 * for the eye: what was quoted can't be told from a text that had a backslash there already.
 */
export function quoteTerminal(text: string): string {
  return text.replace(INVISIBLE, (character) => SHORT[character] ?? written(character.codePointAt(0) ?? 0));
}

function written(code: number): string {
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/**
 * The same for JSON, which it stays, and which says the same: what a terminal would obey is written as JSON's own
 * escapes. Only lines' ends between its parts must not be in it.
 */
export function quoteTerminalJson(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
