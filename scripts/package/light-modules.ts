/**
 * An import of a module of Node's own reads every property of it, and so loads what is behind them: all of fetch behind
 * `http`, which takes twice as long as Node's own start. Asked for in the other way, it doesn't.
 */

import process from 'node:process';
import { promisify } from 'node:util';
import type { Plugin } from 'rolldown';

/** Those whose import takes longer than a millisecond. */
const HEAVY = [
  'child_process',
  'crypto',
  'fs',
  'http',
  'https',
  'net',
  'process',
  'stream',
  'tls',
  'util',
  'zlib',
];

/** What most commands that import them never call: read by the first call. */
const LATE = new Set(['child_process', 'https', 'zlib']);

/** A function that loads all of Web Crypto as soon as it is read: whoever calls it reads it. */
const LATER = new Set(['getRandomValues']);

/** What stands for all of fetch and of Web Crypto. Where one of them is imported, the build says that it is missing. */
const NEVER = new Set(['CloseEvent', 'MessageEvent', 'WebSocket', 'subtle', 'webcrypto']);

const PREFIX = '\0light:';
/** Of those that are required: they are one value, and nothing of them is read beforehand. */
const REQUIRED = '\0light-required:';

export function lightModules(): Plugin {
  return {
    name: 'light-modules',
    resolveId: {
      filter: { id: new RegExp(`^(node:)?(${HEAVY.join('|')})$`) },
      // One for each who imports it: what they read of it is read where they are loaded.
      handler: (source, importer, { kind }) =>
        `${kind === 'require-call' ? REQUIRED : PREFIX}${source.replace('node:', '')}:${importer}`,
    },
    load: {
      filter: { id: new RegExp(`^(${PREFIX}|${REQUIRED})`) },
      handler: (id) => {
        const [kind = '', name = ''] = id.split(':');
        return `${kind}:` === REQUIRED ? `module.exports = ${builtin(name)};` : lightModule(name);
      },
    },
  };
}

function builtin(name: string): string {
  return `process.getBuiltinModule('node:${name}')`;
}

/** Reads what is imported, and no more: what nobody imports is left out. */
function lightModule(name: string): string {
  const module = process.getBuiltinModule(`node:${name}`) ?? {};
  const names = Object.getOwnPropertyNames(module).filter((key) => /^\w+$/.test(key) && !NEVER.has(key));
  const isLate = (key: string) =>
    LATER.has(key) || (LATE.has(name) && isPlainFunction(Reflect.get(module, key)));
  const own = names.map((key) =>
    isLate(key)
      ? `const own_${key} = (...values) => ${builtin(name)}.${key}(...values);`
      : `const own_${key} = /* @__PURE__ */ (() => ${builtin(name)}.${key})();`,
  );
  const all = LATE.has(name)
    ? `/* @__PURE__ */ new Proxy({}, { get: (_, key) => ${builtin(name)}[key] })`
    : `/* @__PURE__ */ (() => ${builtin(name)})()`;
  return [
    `const light = ${all};`,
    ...own,
    `export { light as default, ${names.map((key) => `own_${key} as ${key}`).join(', ')} };`,
  ].join('\n');
}

/** One that does the same when it is called by another: no class, and nothing that `promisify` knows apart. */
function isPlainFunction(value: unknown): boolean {
  return typeof value === 'function' && !/^[A-Z]/.test(value.name) && !Object.hasOwn(value, promisify.custom);
}
