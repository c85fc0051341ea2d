/** A bake that dies at any of its calls: the group ends on one version, and another bake finds its way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bake } from './bake.ts';
import { Rehearsed } from './world.ts';

/** Longer than everything that AWS does by itself. */
const LONG = 3600;

async function worldWithGroup(version?: string): Promise<Rehearsed> {
  const world = new Rehearsed();
  await world.group('web', 4, version);
  return world;
}

/** One version, the group's own, and nothing beside it. */
function assertWhole(world: Rehearsed, expected?: string): void {
  const versions = world.versionsOf('web');
  const { configuration, refresh } = world.machineOf('web').machine;
  const own = configuration.launchTemplate.version;
  assert.deepEqual(versions, [own, own, own, own], `a refresh that is ${refresh?.status}`);
  if (expected !== undefined) assert.equal(own, expected);
  assert.deepEqual(world.orphans(), []);
  assert.ok(world.moto.versions.length <= 2, `${world.moto.versions.length} versions`);
}

async function callsOfOne(): Promise<readonly string[]> {
  const world = await worldWithGroup();
  const client = world.client();
  const { short } = await bake(world, client);
  assert.deepEqual(short, ['web done']);
  assertWhole(world, '2');
  return client.calls;
}

const calls = await callsOfOne();
const start = calls.indexOf('StartInstanceRefresh');

/**
 * After every call up to the first looks, after some of the many looks, and after the last ones. To die before
 * a call is to die after the one before it.
 */
function deaths(): number[] {
  const at = calls.map((_, index) => index + 1);
  return at.filter((call) => call <= start + 3 || call > calls.length - 4 || call % 15 === 0);
}

test('the client is killed at any moment, and nobody comes after it', async () => {
  assert.ok(start > 5);
  for (const call of deaths()) {
    const world = await worldWithGroup();
    const client = world.client(call);
    const ended = await Promise.race([bake(world, client), client.killed]);
    assert.equal(ended, 'killed');
    await world.pass(LONG);
    assertWhole(world, call > start ? '2' : '1');
  }
});

test('another bake finds what the killed one has begun, and starts nothing twice', async () => {
  for (const call of deaths()) {
    const world = await worldWithGroup();
    const killed = world.client(call);
    await Promise.race([bake(world, killed), killed.killed]);
    await world.pass(60);
    const { short } = await bake(world, world.client());
    assert.deepEqual(short, ['web done']);
    assertWhole(world, '2');
    assert.equal(world.machineOf('web').history.length, 0, `killed after ${call} calls`);
  }
});
