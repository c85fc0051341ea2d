/**
 * An import of a module of Node's own reads every property of it, and so loads what is behind them: all of fetch behind
 * `http`, which takes twice as long as Node's own start. Asked for in the other way, it doesn't.
 */

import process from 'node:process';
import type { Plugin } from 'rolldown';

/** Those whose import takes longer than a millisecond. */
const HEAVY = ['crypto', 'fs', 'http', 'https', 'net', 'process', 'stream', 'tls', 'util'];

/** A function that loads all of Web Crypto as soon as it is read: whoever calls it reads it. */
const LATER = new Set(['getRandomValues']);

/** What stands for all of fetch and of Web Crypto. Where one of them is imported, the build says that it is missing. */
const NEVER = new Set(['CloseEvent', 'MessageEvent', 'WebSocket', 'subtle', 'webcrypto']);

const PREFIX = '\0light:';

export function lightModules(): Plugin {
  return {
    name: 'light-modules',
    resolveId: {
      filter: { id: new RegExp(`^(node:)?(${HEAVY.join('|')})$`) },
      handler: (source) => `${PREFIX}${source.replace('node:', '')}`,
    },
    load: {
      filter: { id: new RegExp(`^${PREFIX}`) },
      handler: (id) => lightModule(id.slice(PREFIX.length)),
    },
  };
}

/** Reads what is imported, and no more: what nobody imports is left out. */
function lightModule(name: string): string {
  const module = process.getBuiltinModule(`node:${name}`) ?? {};
  const names = Object.getOwnPropertyNames(module).filter((key) => /^\w+$/.test(key) && !NEVER.has(key));
  const own = names.map((key) =>
    LATER.has(key)
      ? `const own_${key} = (...values) => light.${key}(...values);`
      : `const own_${key} = /* @__PURE__ */ (() => light.${key})();`,
  );
  return [
    `const light = process.getBuiltinModule('node:${name}');`,
    ...own,
    `export { light as default, ${names.map((key) => `own_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}
