/** Reads values back out of rendered files, with what reads them later: bash, Packer, a parser of XML. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { SaxesParser } from 'saxes';
import type { PackerTools } from '../../src/packer/tools.ts';
import type { WorkspaceFile } from '../../src/plan/model.ts';
import type { Carrier } from './model.ts';

/** A file, and all texts that its reader finds in it; undefined where it can't be read. */
export type Leaves = (file: WorkspaceFile) => readonly string[] | undefined;

export interface Readers {
  /** Reads many files at once, before they are asked for. */
  readonly prepare: (files: readonly WorkspaceFile[]) => Promise<void>;
  readonly leaves: Readonly<Record<Carrier, Leaves>>;
}

/** Behind all that one file has. */
const END = 'end of a hostile file';

const SHELL = /\/(values|environment)\.sh$/;

/** Without Packer, HCL is not read: undefined for every file. */
export function openReaders(scratch: string, tools?: PackerTools): Readers {
  const shell = new Map<string, readonly string[]>();
  const hcl = new Map<string, readonly string[]>();
  const prepare = async (files: readonly WorkspaceFile[]) => {
    const texts = (pattern: RegExp) => [
      ...new Set(files.filter(({ path }) => pattern.test(path)).map(textOf)),
    ];
    const unread = texts(SHELL).filter((text) => !shell.has(text));
    for (const [text, leaves] of await readShell(unread, scratch)) shell.set(text, leaves);
    if (tools === undefined) return;
    const blocks = [...new Set(files.filter(({ path }) => path.endsWith('image.pkr.hcl')).map(tagsOf))];
    for (const [block, leaves] of await readHcl(
      blocks.filter((block) => !hcl.has(block)),
      scratch,
      tools,
    ))
      hcl.set(block, leaves);
  };
  return {
    prepare,
    leaves: {
      bash: (file) => shell.get(textOf(file)),
      environment: (file) => shell.get(textOf(file)),
      hcl: (file) => hcl.get(tagsOf(file)),
      xml: (file) => xmlLeaves(textOf(file)),
      json: (file) => jsonLeaves(JSON.parse(textOf(file))),
      file: (file) => [textOf(file)],
    },
  };
}

function textOf({ content }: WorkspaceFile): string {
  return typeof content === 'string' ? content : Buffer.from(content).toString();
}

/**
 * One bash reads all files, each in a subshell: what it says of a file is the number of texts, and the texts. Of an
 * environment it is what a program finds that is started with it.
 */
async function readShell(texts: readonly string[], scratch: string): Promise<Map<string, readonly string[]>> {
  if (texts.length === 0) return new Map();
  const folder = await mkdtemp(join(scratch, 'bash-'));
  try {
    const lines = await Promise.all(
      texts.map(async (text, index) => {
        await writeFile(join(folder, `${index}.sh`), text);
        const names = [...text.matchAll(/^([a-z_]+)=/gm)].map(([, name = '']) => name);
        const values = names.map((name) => `"\${${name}[@]}"`).join(' ');
        return isEnvironment(text)
          ? `(. ./${index}.sh; exec /usr/bin/env -0); printf '%s\\0' '${END}'`
          : `(. ./${index}.sh; printf '%s\\0' '' ${values}); printf '%s\\0' '${END}'`;
      }),
    );
    await writeFile(join(folder, 'all'), lines.join('\n'));
    const { stdout } = await execa('/bin/bash', ['--norc', '--noprofile', 'all'], {
      cwd: folder,
      env: {},
      extendEnv: false,
      stripFinalNewline: false,
      maxBuffer: 1e9,
      reject: false,
    });
    const parts = stdout.split(`${END}\0`);
    return new Map(texts.map((text, index) => [text, (parts[index] ?? '').split('\0')]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isEnvironment(text: string): boolean {
  return /^export /m.test(text);
}

/** The literal tags of an image. No value can end their lines, if it is quoted at all. */
function tagsOf(file: WorkspaceFile): string {
  return /\n {2}run_tags = \{\n(.*?)\n {2}\}\n/s.exec(textOf(file))?.[1] ?? '';
}

async function readHcl(
  blocks: readonly string[],
  scratch: string,
  tools: PackerTools,
): Promise<Map<string, readonly string[]>> {
  if (blocks.length === 0) return new Map();
  const folder = await mkdtemp(join(scratch, 'hcl-'));
  try {
    const variables = new Set(
      blocks.flatMap((block) => [...block.matchAll(/= var\.([a-z_]+)$/gm)].map(([, name]) => name)),
    );
    const declared = [...variables].map((name) => `variable "${name}" {\n  default = ""\n}\n`);
    const all = blocks.map((block) => `{\n${block}\n}`).join(',\n');
    await writeFile(join(folder, 'all.pkr.hcl'), `${declared.join('')}locals {\n  all = [${all}]\n}\n`);
    const { stdout } = await execa(tools.packer, ['console', folder], {
      input: 'jsonencode(local.all)\n',
      env: tools.environment,
      maxBuffer: 1e9,
    });
    const read = JSON.parse(stdout) as Array<Record<string, string>>;
    return new Map(blocks.map((block, index) => [block, Object.entries(read[index] ?? {}).flat()]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Texts of elements and attributes. OSSEC's files have several roots. */
function xmlLeaves(xml: string): string[] {
  const found: string[] = [];
  const parser = new SaxesParser({ fragment: true });
  parser.on('text', (text) => found.push(text));
  parser.on('opentag', ({ attributes }) => found.push(...Object.values(attributes)));
  parser.write(xml).close();
  return found;
}

function jsonLeaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(jsonLeaves);
}
