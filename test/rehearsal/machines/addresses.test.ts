import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressPool, addressesOf, macAddressOf } from '../../../rehearsal/src/machines/addresses.ts';

test('an instance has the same last two numbers on the bridge and on the loopback', () => {
  assert.deepEqual(addressesOf('172.29.9.0/24', 2), { bridgeAddress: '172.29.9.2', address: '127.77.9.2' });
});

test('a MAC address follows from the address on the bridge', () => {
  assert.equal(macAddressOf('10.77.9.2'), '02:42:0a:4d:09:02');
  assert.equal(macAddressOf('192.168.255.254'), '02:42:c0:a8:ff:fe');
});

test('an instance keeps its addresses until they are released', () => {
  const pool = new AddressPool({ subnet: '10.77.9.0/24' });
  const first = pool.take('i-1');
  assert.notDeepEqual(pool.take('i-2'), first);
  assert.deepEqual(pool.take('i-1'), first);
});

test('a released address is not the next one to be used', () => {
  const pool = new AddressPool({ subnet: '10.77.9.0/24' });
  const first = pool.take('i-1');
  pool.release('i-1');
  assert.notDeepEqual(pool.take('i-2'), first);
});

test('253 instances have addresses, all different, and the next one is refused', () => {
  const pool = new AddressPool({ subnet: '10.77.9.0/24' });
  const taken = Array.from({ length: 253 }, (_, index) => pool.take(`i-${index}`).bridgeAddress);
  assert.equal(new Set(taken).size, 253);
  assert.ok(!taken.includes('10.77.9.0') && !taken.includes('10.77.9.1') && !taken.includes('10.77.9.255'));
  assert.throws(() => pool.take('i-one-more'), /more than 253 instances/);
  pool.release('i-100');
  assert.equal(pool.take('i-one-more').bridgeAddress, taken[100]);
});
