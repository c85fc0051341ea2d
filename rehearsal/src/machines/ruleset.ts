/** The firewall rules that keep containers away from this machine, as text for nft. Pure. */

import type { Network } from '../model.ts';

/** Where containers reach the rehearsal's HTTPS endpoints. On AWS nothing has this address. */
export const ENDPOINTS_ADDRESS = '169.254.169.250';

export interface FirewallOptions {
  /** The table's name. */
  readonly name: string;
  readonly network: Pick<Network, 'bridge' | 'gateway' | 'metadataPort' | 'endpointsPort' | 'subnet'>;
  /** Containers' packets leave under this machine's address. An engine with rules of its own does that itself. */
  readonly masquerade: boolean;
  /** Containers' addresses that nothing is begun from: no rule of their security groups lets anything out. */
  readonly silent: readonly string[];
}

/**
 * A table of our own, put in place of the one before in one step. It says nothing about packets that don't
 * come from our bridge, so this machine's own way to 169.254.169.254 is as it was. The order: before
 * destination NAT (priority -100), after connection tracking (-200).
 */
export function ruleset({ name, network, masquerade, silent }: FirewallOptions): string {
  const { bridge, gateway, metadataPort, endpointsPort, subnet } = network;
  return `${removal(name)}
table inet ${name} {
  chain prerouting {
    type filter hook prerouting priority -150; policy accept;
    iifname "${bridge}" jump machines
  }
  chain machines {
    meta nfproto ipv6 drop
    ct state established,related accept
    ip daddr 169.254.169.254 tcp dport 80 accept${silence(silent)}
    ip daddr ${ENDPOINTS_ADDRESS} tcp dport 443 accept
    ip daddr 169.254.0.0/16 drop
    fib daddr type unicast accept
    ip daddr ${gateway} tcp dport ${metadataPort} accept
    fib daddr type local udp dport 53 accept
    fib daddr type local tcp dport 53 accept
    drop
  }
  chain silent {
    udp dport 53 return
    drop
  }
  chain translate {
    type nat hook prerouting priority -100; policy accept;
    iifname "${bridge}" ip daddr 169.254.169.254 tcp dport 80 dnat ip to ${gateway}:${metadataPort}
    iifname "${bridge}" ip daddr ${ENDPOINTS_ADDRESS} tcp dport 443 dnat ip to ${gateway}:${endpointsPort}
  }${masquerade ? masquerading(bridge, subnet) : ''}
}
`;
}

/** AWS's own resolver answers whatever a security group says; which addresses this machine's has, only the engine knows. */
function silence(silent: readonly string[]): string {
  if (silent.length === 0) return '';
  return `
    ip saddr { ${silent.join(', ')} } jump silent`;
}

/**
 * What goes from one container to another may pass the bridge without ever being routed: a table for that, which an
 * older kernel has no room for. It is there only while somebody is silent.
 */
export function bridgeRuleset({ name, silent }: Pick<FirewallOptions, 'name' | 'silent'>): string {
  const removed = `add table bridge ${name}\ndelete table bridge ${name}\n`;
  if (silent.length === 0) return removed;
  return `${removed}table bridge ${name} {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ip saddr { ${silent.join(', ')} } drop
  }
}
`;
}

function masquerading(bridge: string, subnet: string): string {
  return `
  chain leave {
    type nat hook postrouting priority 100; policy accept;
    ip saddr ${subnet} oifname != "${bridge}" masquerade
  }`;
}

/** Removes the table, whether it is there or not. */
export function removal(name: string): string {
  return `add table inet ${name}
delete table inet ${name}`;
}
