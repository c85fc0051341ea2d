/**
 * Packer's `-machine-readable` output: `timestamp,target,type,data…`, one record a line. Pure.
 * A comma in the data is written as `%!(PACKER_COMMA)`, a newline as `\n`, a carriage return as `\r`;
 * a backslash stays as it is, so that a script's own `\n` can't be told from a newline.
 */

export type PackerRecord =
  /** What Packer shows to people: its own lines and what scripts print. */
  | { readonly kind: 'ui'; readonly level: string; readonly text: string }
  /** A result of a build: `us-east-1:ami-…`. */
  | { readonly kind: 'artifact'; readonly id: string }
  /** Why a build ended without one. */
  | { readonly kind: 'error'; readonly text: string }
  /** Any other record. */
  | { readonly kind: 'other'; readonly type: string; readonly data: readonly string[] }
  /** A line that is none, such as a crash's. */
  | { readonly kind: 'text'; readonly text: string };

export interface RecordParser {
  /** Takes the next piece of output, wherever it was cut, and returns the records that it completes. */
  push(chunk: string): PackerRecord[];
  /** Returns what the output ended with, without a newline. */
  end(): PackerRecord[];
}

export function recordParser(): RecordParser {
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      return lines.map(parseRecord);
    },
    end() {
      const last = rest;
      rest = '';
      return last === '' ? [] : [parseRecord(last)];
    },
  };
}

export function parseRecord(line: string): PackerRecord {
  const [timestamp = '', , type, ...raw] = line.split(',');
  if (type === undefined || !/^\d+$/.test(timestamp)) return { kind: 'text', text: line };
  const data = raw.map(unescapeData);
  const [first = '', second = '', third = ''] = data;
  if (type === 'ui') return { kind: 'ui', level: first, text: second };
  if (type === 'error') return { kind: 'error', text: first };
  if (type === 'artifact' && second === 'id') return { kind: 'artifact', id: third };
  return { kind: 'other', type, data };
}

function unescapeData(text: string): string {
  return text.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\r', '\r').replaceAll('\\n', '\n');
}
