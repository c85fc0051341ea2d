/** The code of the published package: plain JavaScript with every dependency inside, in parts that are loaded when needed. */

import { dirname, join, relative } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { chunkNames } from './chunks.ts';
import { lightModules } from './light-modules.ts';

/** What a program starts with → its name in the package's `lib`. */
const ENTRIES = { cli: 'src/cli.ts', 'rehearsal-server': 'rehearsal/src/server/main.ts' };

/** Libraries that another library would use if they were there. */
const ABSENT = ['ajv', 'ajv-formats', 'ajv-formats-draft2019', 'libxmljs2', 'xmlbuilder2'];

/** The chunks of `lib`. The same for the same files, wherever they lie. */
export async function bundle(root: string): Promise<OutputChunk[]> {
  const build = await rolldown({
    cwd: root,
    input: ENTRIES,
    platform: 'node',
    preserveEntrySignatures: false,
    external: ABSENT,
    // What can be left out is known of ES modules only; the AWS SDK has both.
    resolve: {
      mainFields: ['module', 'main'],
      // For Node, yaml names its CommonJS, of which nothing can be left out.
      alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    },
    transform: { target: 'node22.18' },
    plugins: [ownPaths(root), lightModules(), lazyWidth()],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`${log.code}: ${log.message}`);
    },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      codeSplitting: {
        groups: [{ name: chunkNames(root), debugName: 'together' }],
        includeDependenciesRecursively: false,
      },
      // Names of functions stay for the stack trace of a bug's report.
      minify: { compress: true, mangle: { keepNames: true }, codegen: true },
    });
    return output.filter((part) => part.type === 'chunk');
  } finally {
    await build.close();
  }
}

/** Files of ours find others from where they lie. The package keeps those where the repository has them. */
function ownPaths(root: string): Plugin {
  return {
    name: 'own-paths',
    transform: {
      filter: { code: 'import.meta.dirname', id: { exclude: /node_modules/ } },
      handler: (code, id) => {
        const folder = relative(join(root, 'lib'), dirname(id));
        return code.replaceAll(
          'import.meta.dirname',
          `(import.meta.dirname + ${JSON.stringify(`/${folder}`)})`,
        );
      },
    },
  };
}

/**
 * How wide a text is, string-width asks a segmenter and the tables of all emoji, whose making takes as long as Node's
 * own start. They are made by the first text that is not plain ASCII, which most commands never have.
 */
function lazyWidth(): Plugin {
  let found = false;
  return {
    name: 'lazy-width',
    transform: {
      filter: { id: /\/node_modules\/string-width\/index\.js$/ },
      handler: (code) => {
        found = true;
        const imports = code.match(/^import .*;$/gm) ?? [];
        const parts = code.replace(/^import .*;$/gm, '').split('export default function stringWidth(');
        if (parts.length !== 2) throw new Error('string-width is written in another way now');
        return [
          ...imports,
          `function make() {${parts.join('return function stringWidth(')}}`,
          'let made;',
          'export default function stringWidth(text, options) {',
          `  if (/^[ -~]*$/.test(text)) return text.length;`,
          '  made ??= make();',
          '  return made(text, options);',
          '}',
        ].join('\n');
      },
    },
    buildEnd: (error) => {
      if (error === undefined && !found) throw new Error('nothing uses string-width any more');
    },
  };
}
