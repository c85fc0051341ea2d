/** Text that knows what it is shown on. What is given here was quoted for a terminal before. */

import truncate from 'cli-truncate';
import pico from 'picocolors';
import wrap from 'wrap-ansi';
import type { Screen } from './screen.ts';

/** What colours are used for. */
export type Tone = 'bad' | 'warning' | 'soft' | 'strong';

/** Colours what was quoted for a terminal. */
export function painterOf({ colours }: Screen): (tone: Tone, quoted: string) => string {
  const { red, yellow, dim, bold } = pico.createColors(colours);
  const by = { bad: red, warning: yellow, soft: dim, strong: bold };
  return (tone, quoted) => by[tone](quoted);
}

/** Cuts what was quoted for a terminal, with `…` for the rest. */
export function cutTo(quoted: string, columns: number | undefined): string {
  return columns === undefined ? quoted : truncate(quoted, Math.max(1, columns));
}

/** Breaks what was quoted for a terminal into lines, all but the first one indented by as much as told. */
export function wrapTo(
  quoted: string,
  { columns }: Screen,
  { first = 0, further }: { readonly first?: number; readonly further: number },
): string[] {
  const [indent, hanging] = [' '.repeat(first), ' '.repeat(further)];
  if (columns === undefined) return [`${indent}${quoted}`];
  const room = Math.max(20, columns - Math.max(first, further));
  return wrap(quoted, room, { hard: true })
    .split('\n')
    .map((line, index) => `${index === 0 ? indent : hanging}${line}`);
}
