/** A Python for moto: one that the machine has. */

import { execa } from 'execa';
import { z } from 'zod';
import { findProgram } from './programs.ts';

export interface Python {
  /** The interpreter itself, not what stands in front of it to choose a version. */
  readonly executable: string;
  /** `3.11` */
  readonly version: string;
  /** Where pip is not there, ensurepip can bring it. */
  readonly hasPip: boolean;
}

const OLDEST_MINOR = 10;
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

const DESCRIBE = `
import importlib.util, json, sys
print(json.dumps({
    "executable": sys.executable, "major": sys.version_info[0], "minor": sys.version_info[1],
    "pip": importlib.util.find_spec("pip") is not None,
    "ensurepip": importlib.util.find_spec("ensurepip") is not None,
}))`;
const DESCRIPTION = z.object({
  executable: z.string(),
  major: z.number(),
  minor: z.number(),
  pip: z.boolean(),
  ensurepip: z.boolean(),
});

/** Undefined where no Python is new enough, or none can install packages. */
export async function findPython(): Promise<Python | undefined> {
  for (const name of NAMES) {
    const program = await findProgram(name);
    const python = program === undefined ? undefined : await describe(program);
    if (python !== undefined) return python;
  }
  return undefined;
}

async function describe(program: string): Promise<Python | undefined> {
  const { stdout, failed } = await execa(program, ['-I', '-c', DESCRIBE], { reject: false, stdin: 'ignore' });
  if (failed) return undefined;
  const { executable, major, minor, pip, ensurepip } = DESCRIPTION.parse(JSON.parse(stdout));
  if (major !== 3 || minor < OLDEST_MINOR || !(pip || ensurepip)) return undefined;
  return { executable, version: `${major}.${minor}`, hasPip: pip };
}
