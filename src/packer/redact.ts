/** Takes secrets out of text. Pure. */

const REPLACEMENT = '<sensitive>';
/** Lines of a secret that are shorter say nothing, and hiding them would hide half of every log. */
const SHORTEST_LINE = 4;
/** Whole groups of base64 that are worth looking for. */
const SHORTEST_BASE64 = 8;

export type Redactor = (text: string) => string;

/**
 * A function that replaces every secret: as it is, line by line, in Unicode's composed form, escaped as in
 * JSON or by bash's `set -x`, and in base64, also where something follows it there.
 */
export function redactor(secrets: Iterable<string>): Redactor {
  const pattern = patternFor(formsOf(secrets));
  return pattern === undefined ? (text) => text : (text) => text.replace(pattern, REPLACEMENT);
}

export interface StreamingRedactor {
  /** Takes the next piece of a text, wherever it was cut, and returns what is safe to show. */
  push(chunk: string): string;
  end(): string;
}

/** Like {@link redactor}, for a text that comes in pieces: holds back what could be a secret's beginning. */
export function streamingRedactor(secrets: Iterable<string>): StreamingRedactor {
  const forms = formsOf(secrets);
  const pattern = patternFor(forms);
  const held = Math.max(0, ...forms.map((form) => form.length - 1));
  let rest = '';
  /** A match that starts before `limit` is the longest there, for the longest form would have its end here too. */
  const take = (limit: number): string => {
    let shown = '';
    let at = 0;
    for (const match of pattern === undefined ? [] : rest.matchAll(pattern)) {
      if (match.index >= limit) break;
      shown += rest.slice(at, match.index) + REPLACEMENT;
      at = match.index + match[0].length;
    }
    shown += rest.slice(at, Math.max(at, limit));
    rest = rest.slice(Math.max(at, limit));
    return shown;
  };
  return {
    push(chunk) {
      rest += chunk;
      return take(Math.max(0, rest.length - held));
    },
    end: () => take(rest.length),
  };
}

/** Longest first, so that no form hides only a part of another. */
function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set([...secrets].filter((secret) => secret !== '').flatMap(formsOfOne));
  return [...forms].sort((a, b) => b.length - a.length);
}

function formsOfOne(secret: string): string[] {
  const spellings = [secret, secret.normalize('NFC')].flatMap((text) => [text, traced(text)]);
  return spellings.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    ...text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line.length >= SHORTEST_LINE),
    ...base64Forms(text),
  ]);
}

/** What `set -x` of bash shows between its quotes. */
function traced(text: string): string {
  return text.replaceAll("'", "'\\''");
}

/** The whole, and its beginning up to the last whole group: what follows the secret changes the rest. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [bytes, whole]
    .map((part) => part.toString('base64'))
    .filter((form) => form.length >= SHORTEST_BASE64);
}

function patternFor(forms: readonly string[]): RegExp | undefined {
  if (forms.length === 0) return undefined;
  return new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
}
