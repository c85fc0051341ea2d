/** Lines of a fleet file: a key of a role with all that it says then. Pure. */

import type { Listener, Role } from '../fleet/model.ts';
import type { Declaration, DeclaredKey } from './declaration.ts';

/** Where the role is not known. */
const ANY_ROLE = 'ROLE';
/** More values than that, and each has a line of its own. */
const MOST_IN_A_LINE = 4;

/** What the role says already comes first, so that these lines take the place of its own. */
export function fleetLines(role: Role | undefined, { key, values }: Declaration): string[] {
  const all = [...new Set([...(role === undefined ? [] : saidBy(role, key)), ...values])];
  const parents = [
    'roles',
    quoteYaml(role?.name ?? ANY_ROLE),
    ...(isSyscheck(key) ? ['ossec', 'syscheck'] : []),
  ];
  const indent = '  '.repeat(parents.length);
  const texts = all.map(quoteYaml);
  return [
    ...parents.map((parent, depth) => `${'  '.repeat(depth)}${parent}:`),
    ...(texts.length <= MOST_IN_A_LINE
      ? [`${indent}${key}: [${texts.join(', ')}]`]
      : [`${indent}${key}:`, ...texts.map((text) => `${indent}  - ${text}`)]),
  ];
}

/** As values of the fleet file; each port with its protocol. */
export function saidBy({ listens, opens, writes, ossec }: Role, key: DeclaredKey): readonly string[] {
  const said = {
    listens: () => listens.map(portText),
    opens: () => opens.map(portText),
    writes: () => writes,
    first_boot: () => ossec.firstBoot,
    ignore: () => ossec.ignore,
  };
  return said[key]();
}

function portText({ port, protocol }: Listener): string {
  return `${port}/${protocol}`;
}

function isSyscheck(key: DeclaredKey): boolean {
  return key === 'first_boot' || key === 'ignore';
}

/** Quoted where need be, in ASCII; what would name a variable of the environment is only text. */
function quoteYaml(text: string): string {
  if (
    /^[/A-Za-z0-9][\w/.-]*$/.test(text) &&
    !/^[\d.]+$/.test(text) &&
    !/^(?:true|false|null|y|n|yes|no|on|off)$/i.test(text)
  )
    return text;
  return JSON.stringify(text.replaceAll('${env:', () => '$${env:')).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
