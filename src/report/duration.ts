/** `7 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/** `40 s`, `12 min`, `5 h`, `3 d`: the largest unit, whole. */
export function formatAge(seconds: number): string {
  const [unit, size] = AGES.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

const AGES: ReadonlyArray<readonly [unit: string, seconds: number]> = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];
