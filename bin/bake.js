#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence instead of a syntax error. Nothing is
// imported: an import of one of Node's own modules takes longer than what is asked of it here.
const { argv, env, getBuiltinModule, stderr, stdout, version, versions } = globalThis.process;

const [major = 0, minor = 0] = versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  stderr.write(
    `bake needs Node 22.18 or later, and this is ${version}.\n` +
      '  → in a clone, `npm ci` brings the right one and `npx bake` uses it\n',
  );
  globalThis.process.exitCode = 3;
} else if (argv.length === 3 && ['--version', '-V'].includes(argv[2])) {
  const manifest = getBuiltinModule('node:fs').readFileSync(`${import.meta.dirname}/../package.json`, 'utf8');
  stdout.write(`${JSON.parse(manifest).version}\n`);
} else {
  getBuiltinModule('node:module').enableCompileCache(`${cacheFolder()}/compiled`);
  await import('../src/cli.ts');
}

// As in src/world/cache.ts: Node's own place is below /tmp, where somebody else may have been first.
function cacheFolder() {
  const { BAKE_CACHE, XDG_CACHE_HOME, HOME } = env;
  if (BAKE_CACHE) return getBuiltinModule('node:path').resolve(BAKE_CACHE);
  if (XDG_CACHE_HOME?.startsWith('/')) return `${XDG_CACHE_HOME}/bake`;
  return `${HOME || getBuiltinModule('node:os').homedir()}/.cache/bake`;
}
