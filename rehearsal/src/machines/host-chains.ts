/**
 * This machine's own firewall may refuse what it doesn't know, the way to our metadata service included:
 * an accept in a table of ours doesn't outvote a drop in another. So chains that refuse get one rule for our
 * bridge in front, marked with our name; what may pass the bridge our own table has decided before. Pure.
 */

import { z } from 'zod';

const BASE_CHAIN = z.object({
  chain: z.object({
    family: z.string(),
    table: z.string(),
    name: z.string(),
    type: z.literal('filter'),
    hook: z.enum(['input', 'forward']),
    policy: z.string().optional(),
  }),
});
const RULE = z.object({
  rule: z.object({
    family: z.string(),
    table: z.string(),
    chain: z.string(),
    handle: z.number(),
    comment: z.string().optional(),
  }),
});
const LISTING = z.object({ nftables: z.array(z.unknown()) });

type BaseChain = z.infer<typeof BASE_CHAIN>['chain'];
type Rule = z.infer<typeof RULE>['rule'];

export interface HostChainOptions {
  /** The comment that marks our rules, and our own table's name. */
  readonly name: string;
  readonly bridge: string;
  /** Also let pass what is forwarded for containers; an engine with rules of its own does that itself. */
  readonly forward: boolean;
}

/** Commands for nft that let our bridge through. `listing`: what `nft --json list ruleset` prints. */
export function opening(listing: string, { name, bridge, forward }: HostChainOptions): string {
  const { chains, rules } = read(listing);
  const closed = chains.filter(
    (chain) =>
      chain.table !== name &&
      ['ip', 'inet'].includes(chain.family) &&
      (chain.policy === 'drop' || rules.some((rule) => isIn(rule, chain))) &&
      !rules.some((rule) => isIn(rule, chain) && rule.comment === name),
  );
  return closed
    .flatMap((chain) => {
      const insert = `insert rule ${chain.family} ${chain.table} ${chain.name}`;
      if (chain.hook === 'input') return [`${insert} iifname "${bridge}" accept comment "${name}"`];
      if (!forward) return [];
      return [
        `${insert} iifname "${bridge}" accept comment "${name}"`,
        `${insert} oifname "${bridge}" ct state established,related accept comment "${name}"`,
      ];
    })
    .join('\n');
}

/** Commands for nft that take out of this machine's chains what {@link opening} put there. */
export function closing(listing: string, name: string): string {
  return read(listing)
    .rules.filter((rule) => rule.comment === name)
    .map((rule) => `delete rule ${rule.family} ${rule.table} ${rule.chain} handle ${rule.handle}`)
    .join('\n');
}

function read(listing: string): { chains: BaseChain[]; rules: Rule[] } {
  const { nftables } = LISTING.parse(JSON.parse(listing));
  return {
    chains: nftables.flatMap((item) => BASE_CHAIN.safeParse(item).data?.chain ?? []),
    rules: nftables.flatMap((item) => RULE.safeParse(item).data?.rule ?? []),
  };
}

function isIn(rule: Rule, chain: BaseChain): boolean {
  return rule.family === chain.family && rule.table === chain.table && rule.chain === chain.name;
}
