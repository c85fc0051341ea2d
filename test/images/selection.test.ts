import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSelected, type Selection, selectionProblems, type Tagged } from '../../src/images/selection.ts';

const IMAGES: readonly Tagged[] = [
  {
    role: 'web',
    tags: new Map([
      ['team', 'shop'],
      ['stage', 'test'],
    ]),
  },
  {
    role: 'worker',
    tags: new Map([
      ['team', 'shop'],
      ['stage', 'live'],
    ]),
  },
];

const ALL: Selection = { roles: [], tags: [] };
const tag = (key: string, value: string): Selection => ({ ...ALL, tags: [{ key, value }] });

function problems(selection: Selection, images = IMAGES): string[] {
  return selectionProblems('shop', images, selection).map(({ problem, remedy }) => `${problem}; ${remedy}`);
}

test('nothing selected means all of the fleet', () => {
  assert.deepEqual(problems(ALL), []);
  assert.deepEqual(
    IMAGES.map((image) => isSelected(image, ALL)),
    [true, true],
  );
});

test('roles are alternatives, tags narrow', () => {
  const roles = (...names: string[]) => IMAGES.map((image) => isSelected(image, { ...ALL, roles: names }));
  assert.deepEqual(roles('web'), [true, false]);
  assert.deepEqual(roles('web', 'worker'), [true, true]);
  assert.deepEqual(
    IMAGES.map((image) => isSelected(image, tag('stage', 'live'))),
    [false, true],
  );
  assert.deepEqual(problems(tag('stage', 'live')), []);
  const none: Selection = { roles: ['web'], tags: [{ key: 'stage', value: 'live' }] };
  assert.deepEqual(
    IMAGES.map((image) => isSelected(image, none)),
    [false, false],
  );
});

test('a value is the whole value: nothing in it is a pattern', () => {
  assert.deepEqual(
    IMAGES.map((image) => isSelected(image, tag('stage', '*'))),
    [false, false],
  );
});

test('what says nothing is refused, and all of it at once', () => {
  assert.match(problems(ALL, [])[0] ?? '', /no image belongs to a fleet called shop/);
  assert.deepEqual(problems({ roles: ['wbe'], tags: [{ key: 'taem', value: 'shop' }] }), [
    'no image is of a role called wbe; did you mean web?',
    'no image has a tag called taem; did you mean team?',
  ]);
  assert.match(problems(tag('team', 'shop'))[0] ?? '', /on every image of the fleet, so it selects nothing/);
  assert.deepEqual(problems(tag('team', 'other')), []);
  const roles = (...names: string[]): Selection => ({ ...ALL, roles: names });
  assert.match(problems(roles('web', 'worker'))[0] ?? '', /web, worker are all roles that have images/);
  assert.match(problems(roles('web'), IMAGES.slice(0, 1))[0] ?? '', /web is the only role that has images/);
  assert.deepEqual(problems(roles('web')), []);
});
