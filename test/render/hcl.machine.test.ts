/** Quoting for HCL through Packer's own parser. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import fc from 'fast-check';
import { alignHcl } from '../../src/render/align-hcl.ts';
import { quoteHcl } from '../../src/render/quote.ts';
import { nastyText } from '../support/nasty.ts';
import { testTools } from '../support/tools.ts';

let folder: string;
let packer: string;
let environment: Record<string, string>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-hcl-'));
  const tools = await testTools();
  packer = tools.packer;
  environment = tools.environment;
});
after(() => rm(folder, { recursive: true }));

test('Packer reads exactly what was quoted, whatever it is', async () => {
  // One Packer for all values of a run: starting it is the slow part.
  await fc.assert(
    fc.asyncProperty(fc.array(nastyText, { minLength: 1, maxLength: 300 }), async (texts) => {
      await writeFile(
        join(folder, 'values.pkr.hcl'),
        `locals {\n  all = [${texts.map(quoteHcl).join(',\n')}]\n}\n`,
      );
      const { stdout } = await execa(packer, ['console', folder], {
        input: 'jsonencode(local.all)\n',
        env: environment,
      });
      assert.deepEqual(JSON.parse(stdout), texts);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('packer fmt finds nothing to do in aligned attributes, whatever their keys', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(nastyText, { minLength: 1, maxLength: 40 }), async (keys) => {
      const entries = keys.map((key, index) => `    ${quoteHcl(key)} = ${index}\n`).join('');
      await writeFile(join(folder, 'values.pkr.hcl'), alignHcl(`locals {\n  all = {\n${entries}  }\n}\n`));
      const { exitCode, stdout } = await execa(packer, ['fmt', '-check', '-diff', folder], {
        env: environment,
        reject: false,
      });
      assert.equal(exitCode, 0, stdout);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
