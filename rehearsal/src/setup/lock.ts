/** One command at a time prepares or removes a rehearsal. */

import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 100;

/**
 * Runs `work` while no other process does anything under the same name. The lock is a socket without a
 * file: the kernel takes it back however its holder ends. `onWait` is called once where it is held by another.
 */
export async function withLock<T>(
  name: string,
  options: { readonly signal?: AbortSignal | undefined; readonly onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  let waiting = false;
  let lock = await tryLock(name);
  while (lock === undefined) {
    if (!waiting) options.onWait();
    waiting = true;
    await sleep(
      PAUSE_MILLISECONDS,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    );
    lock = await tryLock(name);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    // A name that begins with a null byte is in Linux's abstract namespace.
    server.listen(`\0${name}`, () => resolve(server));
    server.unref();
  });
}
