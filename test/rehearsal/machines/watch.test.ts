import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf } from '../../../rehearsal/src/machines/watch.ts';

test('an event names the instance whose container ended', () => {
  const line = '{"bake-rehearsal":"bake-rehearsal-1","bake-rehearsal.instance":"i-0abc","exitCode":"0"}';
  assert.equal(instanceOf(line), 'i-0abc');
});

test("the firewall's container is no instance", () => {
  assert.equal(instanceOf('{"bake-rehearsal":"bake-rehearsal-1","exitCode":"137"}'), undefined);
});
