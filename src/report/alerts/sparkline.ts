/** Counts over time as a line of blocks. Pure. */

const BLOCKS = '▁▂▃▄▅▆▇█';

/** A blank where there is nothing; the highest count is the highest block. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 0);
  return counts
    .map((count) => (count === 0 ? ' ' : BLOCKS[Math.ceil((count / most) * BLOCKS.length) - 1]))
    .join('');
}

/** The same counts in half as many parts. */
export function halved(counts: readonly number[]): number[] {
  return counts.flatMap((count, index) => (index % 2 === 0 ? [count + (counts[index + 1] ?? 0)] : []));
}
