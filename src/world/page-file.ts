/** The door to a page of HTML that the user has asked for. */

import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../failure.ts';
import { isMissing, wordsOf } from './file-errors.ts';

export interface PageFile {
  readonly path: string;
  /** Readable by its owner only. @throws Failed where it can't be written */
  readonly write: (html: string) => Promise<void>;
}

/** Before the work that makes the page. @throws Failed where it could not be written afterwards */
export async function openPageFile(workingFolder: string, name: string): Promise<PageFile> {
  const path = resolve(workingFolder, name);
  const refuse = (error: unknown) =>
    fail({
      ...{ kind: 'input', problem: `the page ${name} can't be written: ${wordsOf(error)}` },
      remedy: 'name a file in a folder that is there and that you may write to',
    });
  const there = await stat(path).catch((error: unknown) => (isMissing(error) ? undefined : refuse(error)));
  if (there?.isDirectory()) refuse(Object.assign(new Error(), { code: 'EISDIR' }));
  await access(there === undefined ? dirname(path) : path, constants.W_OK).catch(refuse);
  return { path, write: (html) => writeFile(path, html, { mode: 0o600 }).catch(refuse) };
}
