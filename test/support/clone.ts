/** A git repository whose content and commit are the same wherever a test makes it. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const STAND_IN = join(import.meta.dirname, '..', '..', 'rehearsal', 'stand-in');
const NOBODY = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return (await execa('git', args, { cwd: folder, env: NOBODY })).stdout;
}

/** Makes `folder` a clone of OSSEC's stand-in with one commit. */
export async function standInClone(folder: string): Promise<void> {
  await cp(STAND_IN, folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message=one');
}
