/** Inputs that are made to exhaust whoever reads them: each is tried in a process of its own. */

import { stringify } from 'yaml';
import type { Input } from './model.ts';
import { PLAIN } from './slots.ts';

const HEAD = stringify(PLAIN);
const MIB = 2 ** 20;
/** Almost all that a fleet file may be. */
const MUCH = 1_000_000;

const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
const fleet = (text: string | Uint8Array, more: Input['files'] = {}): Input => ({
  files: { 'bake.yaml': text, 'mark.sh': '#!/bin/sh\n', ...more },
  environment: {},
  expected: [],
});
const content = (value: string) => fleet(`${HEAD}base: { files: [{ path: /etc/a, content: "${value}" }] }\n`);

/** Each alias stands for ten of the one before. */
const laughs = `${HEAD}x0: &x0 [${'"ha",'.repeat(10)}]\n${many(9, (index) => `x${index + 1}: &x${index + 1} [${`*x${index},`.repeat(10)}]\n`)}`;

export const HUGE: Readonly<Record<string, () => Input>> = {
  'one text of 1 MB': () => content('a'.repeat(MUCH)),
  'one text of 1 MB of quotes': () => content("'".repeat(MUCH)),
  'one text of 1 MB of dollars': () => content('${'.repeat(MUCH / 2)),
  'one text of 1 MB of references': () => content('${env:A'.repeat(MUCH / 7)),
  'one text of 1 MB of escapes': () => content('\\u202e'.repeat(MUCH / 6)),
  'an environment of 1 MB': () =>
    fleet(`${HEAD}base: { steps: [{ name: a, script: mark.sh, env: { A: "${"'".repeat(MUCH)}" } }] }\n`),
  'a key of 1 MB': () => fleet(`${HEAD}? ${'k'.repeat(MUCH)}\n: x\n`),
  'a package of 1 MB': () => fleet(`${HEAD}base: { packages: ["${'a'.repeat(MUCH)}!"] }\n`),
  'a path of 1 MB': () =>
    fleet(`${HEAD}base: { files: [{ path: "${'/a'.repeat(MUCH / 2)}", content: x }] }\n`),
  'a path of 1 MB of dots': () =>
    fleet(`${HEAD}base: { files: [{ path: /etc/a, source: "${'../'.repeat(MUCH / 3)}x" }] }\n`),
  'a glob of 1 MB': () => fleet(`${HEAD}base: { authorized_keys: [{ glob: "${'*'.repeat(MUCH)}" }] }\n`),
  'a glob of many braces': () =>
    fleet(`${HEAD}base: { authorized_keys: [{ glob: "${'{a,b}'.repeat(30)}" }] }\n`),
  'a glob of many stars': () =>
    fleet(`${HEAD}base: { authorized_keys: [{ glob: "${'**/*a*/'.repeat(12)}*" }] }\n`, {
      [`${'aaaaaaaa/'.repeat(20)}a`]: 'a',
    }),
  'a tag of 1 MB': () => fleet(`${HEAD}tags: { team: "${'%{'.repeat(MUCH / 2)}" }\n`),
  'a role of 1 MB': () => fleet(`${HEAD.replace('roles', 'x')}roles: { ? "${'a'.repeat(MUCH)}" : {} }\n`),
  'a host of 1 MB': () =>
    fleet(
      `${HEAD}ossec: { email: { to: ["${'a.'.repeat(MUCH / 2)}@x"], from: a@b.c, smtp_server: "${'a.-'.repeat(1000)}" } }\n`,
    ),
  'deep lists': () => fleet('['.repeat(MUCH)),
  'deep mappings': () => fleet('{a: '.repeat(MUCH / 4)),
  'deep blocks': () => fleet('- '.repeat(MUCH / 2)),
  'deep indentation': () => fleet(many(1300, (index) => `${' '.repeat(index)}a:\n`)),
  'deep and right': () => fleet(`${HEAD}x: ${'['.repeat(200_000)}${']'.repeat(200_000)}\n`),
  'a billion laughs': () => fleet(laughs),
  'a billion packages': () => fleet(laughs.replaceAll('\nx0', '\nbase').replace('[*x', '{ packages: *x')),
  'an alias of itself': () => fleet(`${HEAD}base: &a { packages: *a, files: [*a, *a] }\n`),
  'many aliases': () =>
    fleet(
      `${HEAD}base: { packages: &a [${'jq,'.repeat(5000)}] }\nroles:\n${many(5000, (index) => `  r${index}: { packages: *a }\n`)}`,
    ),
  'many keys': () => fleet(many(60_000, (index) => `key-${index}: 1\n`)),
  'many equal keys': () => fleet(`${HEAD}${'base: {}\n'.repeat(90_000)}`),
  'many roles': () =>
    fleet(
      `${HEAD.replace(/roles:.*/s, 'roles:')}${many(2000, (index) => `\n  r${index}: { packages: [jq] }`)}\n`,
    ),
  'many files': () =>
    fleet(`${HEAD}base: { files: [${many(15_000, (index) => `{ path: /etc/${index}, content: a },`)}] }\n`),
  'many mistakes': () => fleet(`${HEAD}base: { packages: [${'"-",'.repeat(200_000)}] }\n`),
  'many documents': () => fleet(`${HEAD}${'---\n'.repeat(200_000)}`),
  'many comments': () => fleet(`${HEAD}${'#\n'.repeat(400_000)}`),
  'many quotes': () => fleet('"'.repeat(MUCH)),
  'many colons': () => fleet(': '.repeat(MUCH / 2)),
  'many question marks': () => fleet('? '.repeat(MUCH / 2)),
  'many tags': () => fleet(`${HEAD}x: ${'!a '.repeat(300_000)}\n`),
  'many anchors': () => fleet(`${HEAD}x: ${'&a '.repeat(300_000)}\n`),
  'many line ends': () => fleet('\n'.repeat(MUCH)),
  'many blanks': () => fleet(' '.repeat(MUCH)),
  'a file of 3 MB': () => fleet('a'.repeat(3 * MIB)),
  'a megabyte of zeros': () => fleet(new Uint8Array(MUCH)),
  'a megabyte of 0xff': () => fleet(new Uint8Array(MUCH).fill(0xff)),
  'a placed file of 40 MB': () =>
    fleet(`${HEAD}base: { files: [{ path: /etc/a, source: big }] }\n`, { big: new Uint8Array(40 * MIB) }),
  'a placed file of 30 MB': () =>
    fleet(`${HEAD}base: { files: [{ path: /etc/a, source: big }] }\n`, { big: new Uint8Array(30 * MIB) }),
  'a folder of 280 MB': () =>
    fleet(
      `${HEAD}base: { files: [{ path: /etc/a, source: big }] }\n`,
      Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`big/${index}`, new Uint8Array(28 * MIB)]),
      ),
    ),
  'a folder of 11,000 files': () =>
    fleet(
      `${HEAD}base: { files: [{ path: /etc/a, source: big }] }\n`,
      Object.fromEntries(Array.from({ length: 11_000 }, (_, index) => [`big/${index}`, 'a'])),
    ),
  'keys of 20 MB': () =>
    fleet(`${HEAD}base: { authorized_keys: [{ file: keys }] }\n`, {
      keys: 'ssh-ed25519 AAAA x\n'.repeat(MIB),
    }),
  'rules of 10 MB': () =>
    fleet(`${HEAD}ossec: { local_rules: rules.xml }\n`, {
      'rules.xml': `<group name="a">${'<rule id="100001" level="3"><description>a</description></rule>'.repeat(160_000)}</group>`,
    }),
  'deep rules': () =>
    fleet(`${HEAD}ossec: { local_rules: rules.xml }\n`, { 'rules.xml': '<group name="a">'.repeat(500_000) }),
  'rules with entities': () =>
    fleet(`${HEAD}ossec: { local_rules: rules.xml }\n`, {
      'rules.xml': `<!DOCTYPE x [<!ENTITY a "ha">${many(9, (index) => `<!ENTITY a${index} "${`&a${index};`.repeat(10)}">`)}]><x>&a9;</x>`,
    }),
  'rule tests that laugh': () =>
    fleet(`${HEAD}ossec: { rule_tests: tests.yaml }\n`, { 'tests.yaml': laughs.slice(HEAD.length) }),
  'deep rule tests': () =>
    fleet(`${HEAD}ossec: { rule_tests: tests.yaml }\n`, { 'tests.yaml': '['.repeat(MIB) }),
  'many keys in rule tests': () =>
    fleet(`${HEAD}ossec: { rule_tests: tests.yaml }\n`, {
      'tests.yaml': `- {${many(60_000, (index) => `k${index}: 1,`)}}\n`,
    }),
  'a deep lock': () => fleet(HEAD, { 'bake.lock': '['.repeat(MIB) }),
  'a lock of 30 MB': () => fleet(HEAD, { 'bake.lock': `{"lock":1,"x":"${'a'.repeat(30 * MIB)}"` }),
  'a lock of many mistakes': () =>
    fleet(HEAD, {
      'bake.lock': `{"lock":1,"ossec":{"rules":{${many(60_000, (index) => `"x${index}":1,`)}"y":1}},"tools":{}}`,
    }),
};
