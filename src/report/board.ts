/** Lines on a terminal that move until each is done; listr2 draws them. */

import { type DefaultRenderer, Listr, type ListrTaskWrapper, type SimpleRenderer } from 'listr2';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

export interface Line {
  /** What the line says now, and what stands below it. Callers quote untrusted text. */
  readonly update: (title: string, below?: string) => void;
  readonly finish: (title: string, end: 'done' | 'failed' | 'skipped') => void;
}

export interface Board {
  readonly lines: readonly Line[];
  /** Ends when every line is finished and drawn. */
  readonly drawn: Promise<void>;
}

/** Opens a board below whatever is still being drawn until `after`; its lines can be updated at once. */
export function openBoard(titles: readonly string[], after: Promise<unknown>): Board {
  const entries = titles.map((title) => ({ title, ...openLine() }));
  const list = new Listr<unknown, typeof DefaultRenderer>(
    entries.map(({ title, run }) => ({ title, task: (_context, task) => run(task) })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        showErrorMessage: false,
        collapseErrors: false,
        showSkipMessage: false,
        // What wraps makes the lines below it jump.
        formatOutput: 'truncate',
      },
    },
  );
  return {
    lines: entries.map(({ line }) => line),
    drawn: after.then(() => list.run()).then(() => undefined),
  };
}

/** A line can be updated before listr2 has started its task. */
function openLine(): { readonly line: Line; readonly run: (task: Task) => Promise<void> } {
  let task: Task | undefined;
  let last: { title: string; below?: string } | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const show = () => {
    if (task === undefined || last === undefined) return;
    task.title = last.title;
    task.output = last.below ?? '';
  };
  return {
    line: {
      update: (title, below = '') => {
        last = { title, below };
        show();
      },
      finish: (title, end) => {
        last = { title };
        show();
        if (end === 'failed') reject(new Error(title));
        else if (end === 'skipped') {
          task?.skip(title);
          resolve();
        } else resolve();
      },
    },
    run: (started) => {
      task = started;
      show();
      return promise;
    },
  };
}
