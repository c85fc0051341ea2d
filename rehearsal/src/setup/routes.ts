/** Which addresses this machine has a way to already, and which are free for a network of ours. Pure. */

export interface Route {
  /** First address and mask, as 32-bit numbers. */
  readonly address: number;
  readonly mask: number;
  readonly interface: string;
}

/** Reads what Linux says in /proc/net/route, which writes the bytes of an address in reverse. */
export function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .flatMap(([name, address, , , , , , mask]) =>
      name === undefined || address === undefined || mask === undefined
        ? []
        : [{ interface: name, address: fromHex(address), mask: fromHex(mask) }],
    );
}

/** The interface that leads everywhere else; undefined on a machine without a way out. */
export function defaultInterface(routes: readonly Route[]): string | undefined {
  return routes.find(({ mask }) => mask === 0)?.interface;
}

/** First two numbers of private addresses; people's networks seldom use them. */
const PREFIXES = ['10.77', '172.29', '192.168'];

/**
 * Networks of 254 addresses that clash with no route, in the order to try them: `10.77.9.0/24`. The third
 * number is an instance's on the loopback too, so it has to be free with every prefix. `seed` chooses where
 * the search begins, so that two rehearsals that start at the same time don't choose the same.
 */
export function freeSubnets(routes: readonly Route[], seed: number): string[] {
  const specific = routes.filter(({ mask }) => mask !== 0);
  const thirds = Array.from({ length: 254 }, (_, step) => 1 + ((seed + step) % 254)).filter((third) =>
    PREFIXES.every((prefix) => !specific.some((route) => isExactly(route, `${prefix}.${third}.0`))),
  );
  return PREFIXES.flatMap((prefix) =>
    thirds
      .filter((third) => !specific.some((route) => overlaps(route, `${prefix}.${third}.0`)))
      .map((third) => `${prefix}.${third}.0/24`),
  );
}

const MASK_24 = 0xffffff00;

function isExactly({ address, mask }: Route, network: string): boolean {
  return mask === MASK_24 && address === toNumber(network);
}

function overlaps({ address, mask }: Route, network: string): boolean {
  const common = (mask & MASK_24) >>> 0;
  return (address & common) >>> 0 === (toNumber(network) & common) >>> 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function fromHex(reversed: string): number {
  const bytes = reversed.match(/../g) ?? [];
  return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
}
