/** The names and the certificate of the HTTPS endpoints, made anew at each start. */

import { join } from 'node:path';
import { z } from 'zod';
import type { Endpoints } from '../model.ts';
import { run } from '../run.ts';
import type { Python } from './python.ts';

const PROGRAM = join(import.meta.dirname, 'endpoints.py');

const MADE = z.object({
  authority: z.string(),
  certificate: z.string(),
  key: z.string(),
  names: z.array(z.string()),
});

/** `motoFolder`: moto needs what makes certificates, and knows AWS's regions. */
export async function makeEndpoints(
  { executable }: Pick<Python, 'executable'>,
  motoFolder: string,
): Promise<Endpoints> {
  return MADE.parse(
    JSON.parse(await run(executable, ['-I', '-B', PROGRAM, motoFolder], { environment: {} })),
  );
}
