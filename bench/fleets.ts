/** Fleet files with many roles: the example's way of writing them, in numbers that nobody writes by hand. */

/** `changed`: this role has one package more. */
export function fleetOf(
  name: string,
  roles: number,
  options: {
    readonly changed?: number;
    readonly waitSeconds?: number;
    readonly ossec?: readonly string[];
  } = {},
): string {
  const numbers = Array.from({ length: roles }, (_, index) => index + 1);
  return [
    `fleet: ${name}`,
    'region: eu-central-1',
    'source:',
    '  filter: { name: debian-12-amd64-*, owners: ["136693071363"] }',
    'builder: { instance_type: t3.small, ssh: { user: admin, via: public_address, from: my_address } }',
    'tags: { team: platform }',
    'base:',
    '  packages: [jq, less]',
    '  users: [{ name: deploy, sudo: true }]',
    ...(options.ossec === undefined || options.ossec.length === 0
      ? []
      : ['ossec:', ...options.ossec.map((key) => `  ${key}`)]),
    'roles:',
    ...numbers.flatMap((number) => role(number, options)),
    '',
  ].join('\n');
}

export function roleName(number: number): string {
  return `role-${String(number).padStart(3, '0')}`;
}

function role(
  number: number,
  { changed, waitSeconds }: { readonly changed?: number; readonly waitSeconds?: number },
): string[] {
  const listens = waitSeconds === undefined ? [`    listens: [${8000 + number}]`] : [];
  return [
    `  ${roleName(number)}:`,
    `    tags: { number: "${number}" }`,
    ...(number === changed ? ['    packages: [tree]'] : []),
    ...listens,
    '    steps:',
    '      - name: mark',
    '        script: mark.sh',
    `        env: { ROLE_NUMBER: "${number}", WAIT_SECONDS: "${waitSeconds ?? 0}" }`,
  ];
}

/** `mark.sh`, beside the fleet file. */
export const MARK = `#!/bin/bash
set -euo pipefail
sleep "$WAIT_SECONDS"
printf '%s\\n' "$ROLE_NUMBER" >/etc/role-number
`;
