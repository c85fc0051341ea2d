/**
 * Every folder in `test/cases/fleet` is a fleet file, and what bake prints for it.
 * After a change that is meant: `UPDATE_EXPECTED=1 node --test test/fleet/cases.test.ts`, and read the diff.
 */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Failed, type InputFailure } from '../../src/failure.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import { formatInputFailure } from '../../src/report/input-failure.ts';

const CASES = join(import.meta.dirname, '../cases/fleet');
const SECRET = 'do-not-print-me';
const ENVIRONMENT = {
  SHOP_REGION: 'eu-west-1',
  BAD_REGION: 'this-value-is-not-printed',
  SIZE: '8',
  DEPLOY_TOKEN: SECRET,
};

describe('fleet files with mistakes', async () => {
  for (const name of await readdir(CASES)) {
    test(`${name} prints what is expected`, async () => {
      const printed = await outcomeOf(join(CASES, name));
      const expected = join(CASES, name, 'expected.txt');
      if (process.env.UPDATE_EXPECTED !== undefined) await writeFile(expected, printed);
      assert.equal(printed, existsSync(expected) ? await readFile(expected, 'utf8') : 'no expected.txt');
      assert.ok(!printed.includes(SECRET) && !printed.includes(ENVIRONMENT.BAD_REGION));
    });
  }
});

async function outcomeOf(folder: string): Promise<string> {
  const lines: string[] = [];
  try {
    const { fleet, warnings } = await loadFleet(join(folder, 'bake.yaml'), ENVIRONMENT);
    lines.push(
      `fleet ${fleet.name} is fine`,
      ...warnings.flatMap((one) => formatInputFailure(one, 'warning')),
    );
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    assert.equal(error.exitCode, 2);
    lines.push(...error.failures.filter(isInput).flatMap((one) => formatInputFailure(one)));
  }
  return `${lines.join('\n').replaceAll(`${folder}/`, '')}\n`;
}

function isInput(failure: { kind: string }): failure is InputFailure {
  return failure.kind === 'input';
}
