/**
 * What people see of a prediction. `UPDATE_EXPECTED=1 node --test test/rollout/predict/describe.test.ts`
 * rewrites test/cases/rollout/prediction: look at the drawings, in 80 columns.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import stringWidth from 'string-width';
import type { Configuration, Group } from '../../../src/rollout/model.ts';
import { describePrediction } from '../../../src/rollout/predict/describe.ts';
import { predict } from '../../../src/rollout/predict/predict.ts';
import { effectivePreferences, type RequestedPreferences } from '../../../src/rollout/preferences.ts';
import { groupOf, instance } from '../facts.ts';
import { configuration, NEW } from '../imagined.ts';

const CASES = join(import.meta.dirname, '../../cases/rollout/prediction');

interface Case {
  readonly file: string;
  readonly size: number;
  readonly asks: RequestedPreferences;
  readonly group?: Partial<Group>;
}

const PROTECTED = [instance(0, { scaleInProtected: true }), ...[1, 2, 3].map((index) => instance(index))];

const DRAWN: readonly Case[] = [
  {
    file: 'checkpoints-and-bake-time',
    size: 10,
    asks: {
      minimumHealthyPercent: 80,
      maximumHealthyPercent: 100,
      checkpointPercents: [20, 50, 100],
      checkpointDelaySeconds: 900,
      bakeSeconds: 600,
      warmupSeconds: 300,
    },
  },
  { file: 'launch-first', size: 3, asks: { minimumHealthyPercent: 100, maximumHealthyPercent: 200 } },
  { file: 'one-instance', size: 1, asks: {} },
  {
    file: 'large',
    size: 200,
    asks: { minimumHealthyPercent: 90, maximumHealthyPercent: 110, warmupSeconds: 300 },
  },
  { file: 'waits-in-vain', size: 4, asks: {}, group: { instances: PROTECTED } },
  { file: 'empty', size: 0, asks: {} },
];

for (const { file, size, asks, group: changes } of DRAWN) {
  test(`${file} reads as expected, in 80 columns`, () => {
    const group: Group & { configuration: Configuration } = {
      ...groupOf(size, changes),
      configuration: configuration('1'),
    };
    const timing = { launchSeconds: 60, terminateSeconds: 30 };
    const prediction = predict(group, NEW, effectivePreferences(asks, group), timing);
    const lines = describePrediction('web-asg', prediction);
    for (const line of lines) assert.ok(stringWidth(line) <= 80, line);
    const printed = `${lines.join('\n')}\n`;
    const path = join(CASES, `${file}.txt`);
    if (process.env.UPDATE_EXPECTED !== undefined) writeFileSync(path, printed);
    assert.equal(printed, existsSync(path) ? readFileSync(path, 'utf8') : `no ${file}.txt`);
  });
}

test('names are quoted for the terminal', () => {
  const group = {
    ...groupOf(1, { instances: [instance(0, { id: 'i-\u001b[2J' })] }),
    configuration: configuration('1'),
  };
  const asked = effectivePreferences({ minimumHealthyPercent: 0 }, group);
  const timing = { launchSeconds: 60, terminateSeconds: 30 };
  const lines = describePrediction('web\u202e', predict(group, NEW, asked, timing));
  assert.match(lines[0] ?? '', /^web\\u202e: /);
  assert.ok(lines.includes('  0:00:00  launches 1, terminates i-\\x1b[2J'));
});
