/** Lengths of time as people write them: `90s`, `10m`, `6h`, `30d`. Pure. */

export const DURATION = /^[1-9][0-9]{0,5}[smhd]$/;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A checked duration in seconds. */
export function secondsOf(text: string): number {
  return Number(text.slice(0, -1)) * (SECONDS[text.slice(-1)] ?? Number.NaN);
}
