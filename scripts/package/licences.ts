/** The licences of what is bundled: whoever gets the code gets its licences with it. */

import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `FOLDER/node_modules/NAME` of a bundled file, the innermost; what a plugin makes is no file. */
const PACKAGE = /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** @throws where a bundled package says no licence: then nothing may be published */
export async function licencesOf(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  const users = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const text = await licenceText(folder);
    if (typeof license !== 'string') throw new Error(`${name} says no licence`);
    const key = text ?? `Its licence: ${license}`;
    users.set(key, [...(users.get(key) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...users]
    .map(([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text.trim()}\n`)
    .sort();
  return `What bake's own code contains of others:\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function licenceText(folder: string): Promise<string | undefined> {
  const [file] = (
    await Array.fromAsync(glob('{LICENSE,LICENCE,license,licence}{,.md,.txt}', { cwd: folder }))
  ).sort();
  return file === undefined ? undefined : readFile(join(folder, file), 'utf8');
}
