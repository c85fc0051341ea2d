/** What a result is shown on: how wide it is, and whether it has colours. */

import type { Lines } from './reporter.ts';

export interface Screen {
  /** Undefined: nobody looks at it at once, as in a file or a CI log; nothing is cut there. */
  readonly columns: number | undefined;
  readonly colours: boolean;
}

/** What has no width, and no colours. */
export const PLAIN: Screen = { columns: undefined, colours: false };

/** What Node has of a stream that is a terminal. */
interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly hasColors?: (() => boolean) | undefined;
}

/** Node asks the terminal, and for `NO_COLOR` and `FORCE_COLOR`. */
export function screenOf(stream: NodeJS.WritableStream & Terminal): Screen {
  if (stream.isTTY !== true) return PLAIN;
  return { columns: stream.columns, colours: stream.hasColors?.() ?? false };
}

/** Of a result that is written to `stream`. */
export function linesOn(stream: NodeJS.WritableStream, lines: Lines): readonly string[] {
  return typeof lines === 'function' ? lines(screenOf(stream)) : lines;
}
