/** What git says about the folder of the fleet file. */

import { execa } from 'execa';

/** The commit that is checked out, with `-dirty` where tracked files differ; empty outside of a repository. */
export async function currentCommit(folder: string): Promise<string> {
  const result = await execa('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
  return result.exitCode === 0 ? result.stdout.trim() : '';
}
