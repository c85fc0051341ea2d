/** A push that is ended at every step of its own, hundreds of times, in a folder: no instance, but half a minute. */

import { test } from 'node:test';
import { pythonTests } from './python.ts';

test('wherever a push is ended, an instance has all of the old or all of the new', () =>
  pythonTests('every_step.py'));
