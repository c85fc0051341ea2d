/** What in a fleet file would have declared an alert of a quiet boot. Pure; the texts are untrusted. */

import { UNDECLARED_PORT } from '../ossec/own-rule-ids.ts';
import type { ObservedAlert } from './model.ts';

const INTEGRITY: ReadonlySet<number> = new Set([550, 551, 552, 553, 554]);

/** Lines for the role in the fleet file, narrowest first; words where no entry declares it. */
export function declarationFor({ rule, file, log }: ObservedAlert): string {
  if (INTEGRITY.has(rule) && file !== '')
    return `ossec: { syscheck: { first_boot: [${JSON.stringify(file)}] } }`;
  if (rule === UNDECLARED_PORT) {
    const ports = undeclaredPorts(log);
    if (ports.length > 0) return `listens: [${ports.join(', ')}]`;
  }
  return `nothing declares it: mend its cause, or give rule ${rule} a child of level 0 for exactly this line in \`ossec.local_rules\``;
}

/** `undeclared=tcp/0.0.0.0:31337(nc)` → `31337/tcp` */
function undeclaredPorts(log: string): string[] {
  const found = [...log.matchAll(/\b(tcp|udp)\/\S*?:(\d{1,5})\(/g)];
  return [...new Set(found.map(([, protocol, port]) => `${port}/${protocol}`))];
}
