/** What would have declared a storm: that it can be written so, and what it covers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { declares } from '../../src/alerts/declaration.ts';
import type { Counted } from '../../src/alerts/model.ts';
import { type Proposal, proposalsFor, type Undeclared } from '../../src/alerts/propose.ts';
import { checkFleet } from '../../src/fleet/check.ts';
import type { Role } from '../../src/fleet/model.ts';
import { readFleetFile } from '../../src/fleet/read.ts';
import { WATCHED } from '../../src/fleet/schema-watch.ts';
import { tamperingPlaces } from '../../src/verify/plants.ts';
import { EMPTY_OSSEC_LAYER, testRole } from '../support/fleet.ts';
import { nastyText } from '../support/nasty.ts';

const file = (value: string, count = 2): Counted => ({ kind: 'file', value, count });
const port = (value: string, count = 7): Counted => ({ kind: 'port', value, count });

function proposed(subjects: readonly Counted[], parts: Partial<Undeclared> = {}) {
  return proposalsFor({
    ...{ rule: 550, subjects, role: testRole(), watched: WATCHED, isFirstBoot: false },
    ...{ tamperings: tamperingPlaces(), ...parts },
  });
}

/** As short as can be: the lines below the role, how many are covered, and which tampering is silent. */
const short = ({ lines, covers, silences }: Proposal) => [
  lines
    .slice(2)
    .map((line) => line.trim())
    .filter((line) => !/^(?:ossec|syscheck):$/.test(line))
    .join(' '),
  covers,
  ...silences,
];

test('what would declare it comes narrowest first, with what verify would find silent', () => {
  const cron = ['a', 'b', 'c'].map((name) => file(`/etc/cron.d/${name}`));
  const cases: Array<[Counted[], Partial<Undeclared>, unknown[]]> = [
    [
      cron,
      { rule: 554 },
      [
        ['first_boot: [/etc/cron.d/a, /etc/cron.d/b, /etc/cron.d/c]', 6],
        ['writes: [/etc/cron.d]', 6],
        // OSSEC ignores whatever begins so.
        [
          'ignore: [/etc/cron.d/a, /etc/cron.d/b, /etc/cron.d/c]',
          6,
          'a new cron entry (/etc/cron.d/bake-verify)',
        ],
        ['ignore: [/etc/cron.d]', 6, 'a new cron entry (/etc/cron.d/bake-verify)'],
      ],
    ],
    // That a file appears is no change, and at a first boot there is no deployment.
    [[file('/etc/nginx/nginx.conf')], { isFirstBoot: true }, [['ignore: [/etc/nginx/nginx.conf]', 2]]],
    [
      [file('/etc/motd')],
      { rule: 554, isFirstBoot: true },
      [
        ['first_boot: [/etc/motd]', 2],
        ['ignore: [/etc/motd]', 2],
      ],
    ],
    [
      [file('/etc/bake-extra')],
      {},
      [
        [
          'writes: [/etc]',
          2,
          'a file that no deployment declares, in a maintenance window (/etc/bake-verify-window)',
        ],
        ['ignore: [/etc/bake-extra]', 2],
      ],
    ],
    [
      [file('/home/deploy/.ssh/authorized_keys')],
      { isFirstBoot: true },
      [
        [
          'ignore: [/home/deploy/.ssh/authorized_keys]',
          2,
          'a key added to those of the user who logs in (/home/*/.ssh/authorized_keys)',
        ],
      ],
    ],
    // A rootkit's file is found by another check, which ignores nothing of this.
    [[file('/tmp/a')], { isFirstBoot: true }, [['ignore: [/tmp/a]', 2]]],
    [
      [port('8080/tcp'), port('8080/tcp, 9100/udp')],
      {},
      [
        ['opens: [8080/tcp, 9100/udp]', 14],
        ['listens: [8080/tcp, 9100/udp]', 14, 'a port that nothing declares (on 8080/tcp or 9100/udp)'],
      ],
    ],
    [[{ kind: 'source', value: '/var/log/syslog', count: 3 }], {}, []],
  ];
  for (const [subjects, parts, expected] of cases)
    assert.deepEqual(proposed(subjects, parts).proposals.map(short), expected);
});

test('more files than anybody would list are declared by their folders', () => {
  const many = Array.from({ length: 40 }, (_, n) => file(`/opt/app/${n}`, 1));
  const folder: Counted = { kind: 'folder', value: '/opt/lib', count: 9 };
  assert.deepEqual(proposed([...many, folder], { rule: 554 }).proposals.map(short), [
    ['first_boot: ["/opt/app/*", "/opt/lib/*"]', 49],
    ['writes: [/opt/app, /opt/lib]', 49],
    ['ignore: [/opt/app, /opt/lib]', 49],
  ]);
});

test('no proposal is longer than anybody reads', () => {
  const folders = Array.from({ length: 1000 }, (_, n) => file(`/opt/${n}/x`, 1000 - n));
  const { proposals } = proposed([...folders, port(folders.map((_, n) => `${n + 1}/tcp`).join(', '))], {
    rule: 554,
  });
  assert.ok(proposals.length > 0);
  for (const { lines } of proposals) assert.ok(lines.length < 30);
  assert.equal(proposals.find(({ key }) => key === 'writes')?.covers, 20 * 1000 - 190);
});

test('the lines are the whole key, with what the role says already', () => {
  const role = testRole({
    listens: [{ port: 80, protocol: 'tcp' }],
    ossec: { ...EMPTY_OSSEC_LAYER, ignore: ['/etc/a'] },
  });
  const { proposals, refused } = proposed([port('9100/tcp'), port('80/tcp')], { role });
  assert.deepEqual(proposals.find(({ key }) => key === 'listens')?.lines, [
    'roles:',
    '  web:',
    '    listens: [80/tcp, 9100/tcp]',
  ]);
  assert.deepEqual(refused, [
    { value: '80/tcp', why: 'the fleet file has it in listens already: these instances have an older image' },
  ]);
  assert.deepEqual(
    proposed([file('/etc/b')], { role, isFirstBoot: true }).proposals[0]?.lines.at(-1),
    '        ignore: [/etc/a, /etc/b]',
  );
});

test('what the fleet file can not say is refused, and why', () => {
  const cases: Array<[string, string]> = [
    ['/etc/a b', 'its name has what no fleet file can say'],
    ['/etc/a,b', 'its name has what no fleet file can say'],
    ['/etc/../x', 'its name has what no fleet file can say'],
    [`/etc/${'x'.repeat(300)}`, 'its name is longer than what is kept of it'],
    ['/etc/\uFFFD', 'its name is not text'],
    ['/etc/\uD800', 'its name is not text'],
    ['/usr/bin', 'it is watched as a whole'],
    // A prefix of what is watched, in whatever case.
    ['/USR/LOC', 'it is watched as a whole'],
  ];
  for (const [path, why] of cases) {
    const { proposals, refused } = proposed([file(path)], { isFirstBoot: true });
    assert.deepEqual([proposals, refused], [[], [{ value: path, why }]]);
  }
  assert.deepEqual(
    proposed([file('/etc/a*b')], { rule: 554, isFirstBoot: true }).refused.map(({ why }) => why),
    ['its name has what no fleet file can say'],
  );
  assert.deepEqual(proposed([file('/etc/a*b')], { rule: 554 }).proposals.map(short), [
    [
      'writes: [/etc]',
      2,
      'a file that no deployment declares, in a maintenance window (/etc/bake-verify-window)',
    ],
  ]);
  assert.equal(proposed([port('99999/tcp')]).proposals.length, 0);
});

const HEAD = 'fleet: shop\nregion: eu-central-1\nsource: { ami: ami-0123456789abcdef0 }\n';

function fleetOf(lines: readonly string[]) {
  const reading = readFleetFile('bake.yaml', Buffer.from(`${HEAD}${lines.join('\n')}\n`), {});
  assert.deepEqual(reading.failures, []);
  const checked = checkFleet(reading.document ?? assert.fail(), new Map(), reading.findings);
  assert.deepEqual(checked.failures, []);
  return checked.fleet ?? assert.fail();
}

/** What a role of the fleet says, as a declaration. */
function saidIn(role: Role, key: Proposal['key']): readonly string[] {
  const ports = (list: Role['listens']) => list.map((one) => `${one.port}/${one.protocol}`);
  return {
    listens: ports(role.listens),
    opens: ports(role.opens),
    writes: role.writes,
    first_boot: role.ossec.firstBoot,
    ignore: role.ossec.ignore,
  }[key];
}

const name = fc.oneof(
  nastyText,
  fc.constantFrom('a', 'b.conf', '*', '${env:HOME}', '.', 'x y', 'é', "it's", 'a: b', '#'),
);
const path = fc
  .tuple(
    fc.constantFrom('/etc', '/etc/nginx', '/opt/app', '/usr', '/', ''),
    fc.array(name, { minLength: 1, maxLength: 2 }),
  )
  .map(([folder, names]) => `${folder}/${names.join('/')}`);
const subject: fc.Arbitrary<Counted> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), value: path, count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('folder' as const), value: path, count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant('port' as const),
    value: fc.constantFrom('0/tcp', '80/tcp', '53/udp', '80/tcp, 70000/tcp', '53/udp, 80/tcp'),
    count: fc.integer({ min: 1, max: 9 }),
  }),
);

test('every proposal is what a fleet file takes, covers what it says, and the narrowest is first', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(subject, { selector: ({ kind, value }) => `${kind} ${value}`, maxLength: 30 }),
      fc.constantFrom(550, 554, 990_002),
      fc.boolean(),
      (subjects, rule, isFirstBoot) => {
        const role = testRole({ writes: ['/srv'], listens: [{ port: 22, protocol: 'tcp' }] });
        const { proposals } = proposed(subjects, { rule, isFirstBoot, role });
        for (const { key, lines, covers } of proposals) {
          const [read] = fleetOf(lines).roles;
          const values = saidIn(read ?? assert.fail(), key);
          const covered = subjects.filter((one) => declares({ key, values }, rule, one));
          assert.equal(
            covers,
            covered.reduce((sum, { count }) => sum + count, 0),
          );
          assert.ok(covers > 0);
        }
        const order = ['opens', 'listens', 'first_boot', 'writes', 'ignore'];
        const ranks = proposals.map(({ key }) => order.indexOf(key));
        assert.deepEqual(
          ranks,
          ranks.toSorted((a, b) => a - b),
        );
        const ignores = proposals.filter(({ key }) => key === 'ignore').map(({ covers }) => covers);
        assert.deepEqual(
          ignores,
          ignores.toSorted((a, b) => a - b),
        );
      },
    ),
    { numRuns: 300 },
  );
});
