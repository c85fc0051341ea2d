import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultInterface,
  freeSubnets,
  parseRoutes,
  type Route,
} from '../../../rehearsal/src/setup/routes.ts';

/** As in /proc/net/route: a default route, 192.168.1.0/24, 10.0.0.0/8. */
const PROC = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
wlan0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
`;

function route(network: string, bits: number): Route {
  const address = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { interface: 'eth9', address, mask: bits === 0 ? 0 : (~0 << (32 - bits)) >>> 0 };
}

test("the kernel's table is read", () => {
  assert.deepEqual(parseRoutes(PROC), [
    { ...route('0.0.0.0', 0), interface: 'eth0' },
    { ...route('192.168.1.0', 24), interface: 'wlan0' },
    { ...route('10.0.0.0', 8), interface: 'tun0' },
  ]);
});

test('the way out is the default route', () => {
  assert.equal(defaultInterface(parseRoutes(PROC)), 'eth0');
  assert.equal(defaultInterface([route('10.0.0.0', 8)]), undefined);
});

const CASES: ReadonlyArray<readonly [name: string, routes: readonly Route[], seed: number, first: string]> = [
  ['a default route takes nothing', [route('0.0.0.0', 0)], 8, '10.77.9.0/24'],
  ['the search begins at another place for another rehearsal', [], 100, '10.77.101.0/24'],
  ['a network that is there is passed over', [route('10.77.9.0', 24)], 8, '10.77.10.0/24'],
  ['so is one that has part of it', [route('10.77.9.128', 25)], 8, '10.77.10.0/24'],
  ['a wide network takes all of its prefix', [route('10.0.0.0', 8)], 8, '172.29.9.0/24'],
  ['so do two', [route('10.0.0.0', 8), route('172.16.0.0', 12)], 8, '192.168.9.0/24'],
  ['a third number is used once, whatever the prefix', [route('172.29.9.0', 24)], 8, '10.77.10.0/24'],
  ['after the last number the first one follows', [route('10.77.254.0', 24)], 253, '10.77.1.0/24'],
];

for (const [name, routes, seed, first] of CASES) {
  test(name, () => assert.equal(freeSubnets(routes, seed)[0], first));
}

test('where every private address is routed, nothing is free', () => {
  assert.deepEqual(freeSubnets([route('0.0.0.0', 1), route('128.0.0.0', 1)], 8), []);
});
