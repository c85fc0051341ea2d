/** The lines in which two texts differ. Pure. */

export interface DiffLine {
  readonly kind: 'removed' | 'added';
  readonly text: string;
}

/** Longer texts are not compared line by line. */
const MOST_LINES = 4000;

/** The shortest way from one text to the other; undefined for texts that are too long for it. */
export function textDiff(before: string, after: string): DiffLine[] | undefined {
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end++;
  }
  const left = old.slice(start, old.length - end);
  const right = now.slice(start, now.length - end);
  return left.length + right.length > MOST_LINES ? undefined : between(left, right);
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** By the longest sequence of lines that both have. */
function between(left: readonly string[], right: readonly string[]): DiffLine[] {
  const common = commonLengths(left, right);
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [old, now] = [left[i], right[j]];
    if (old !== undefined && old === now) {
      i++;
      j++;
    } else if (now === undefined || (old !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old ?? '' });
      i++;
    } else {
      lines.push({ kind: 'added', text: now });
      j++;
    }
  }
  return lines;
}

/** How long it is from each pair of places on. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    const [row, below] = [table[i], table[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = right.length - 1; j >= 0; j--) {
      row[j] = left[i] === right[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
