/** The files of the OSSEC layer. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { watchedPath } from '../../src/fleet/fields-ossec.ts';
import { effectiveOssec, type OssecConfig } from '../../src/ossec/config.ts';
import { ossecFiles } from '../../src/ossec/files.ts';
import { renderOssecConf } from '../../src/ossec/render-conf.ts';
import { element, renderXml } from '../../src/ossec/xml.ts';
import { assertFolder } from '../support/expected.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const CASES = join(import.meta.dirname, '../cases/ossec');
const SLACK = { url: { kind: 'ssm-parameter', name: '/shop/slack' }, format: 'slack' } as const;

const smallest = effectiveOssec(testFleet());
const whole = effectiveOssec(
  testFleet({
    ossec: testOssec({
      alerts: [
        { rule: 510, hook: SLACK, level: undefined, description: undefined },
        { rule: 5720, hook: SLACK, level: 12, description: 'Someone guesses "passwords" & more' },
        {
          rule: 550,
          hook: { url: { kind: 'in-image', environmentVariable: 'PAGER' }, format: 'json' },
          level: undefined,
          description: undefined,
        },
      ],
      alertLevel: 5,
      systemLog: 'rsyslog',
      folders: [
        { path: '/etc', realtime: true, reportChanges: false },
        { path: '/srv', realtime: false, reportChanges: true },
      ],
      ignore: ['/etc/mtab'],
      logs: [{ file: '/var/log/app.log', format: 'apache' }],
      blocking: { level: 12, seconds: 600, allow: ['10.0.0.0/8'] },
      notifications: { perMinute: 5, heartbeatSeconds: 3600 },
      email: { to: ['a@example.com', 'b@example.com'], from: 'o@example.com', smtpServer: 'mx', level: 9 },
      ruleTests: [
        {
          name: 'quiet',
          lines: ['a "line"'],
          rule: 'none',
          level: undefined,
          decoder: undefined,
          notified: false,
        },
      ],
      localRules: { path: 'rules.xml', text: '<group name="local,"></group>' },
    }),
    roles: [],
  }),
  testRole({
    listens: [{ protocol: 'udp', port: 53 }],
    writes: ['/srv/app'],
    opens: [{ protocol: 'tcp', port: 8080 }],
    autoUpdate: true,
  }),
);

for (const [name, config] of Object.entries({ smallest, whole })) {
  test(`the files of ${name} are what is expected`, async () => {
    const files = ossecFiles(config).map(({ path, content }) => [path, content] as const);
    await assertFolder(join(CASES, name), new Map(files));
  });
}

describe('XML', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false });
  const paths = fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`)
    .filter((path) => watchedPath.safeParse(path).success);

  test('every path that the fleet check lets through arrives as it is', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const config: OssecConfig = {
          ...smallest,
          folders: [{ path, realtime: true, reportChanges: false }],
          ignore: [path],
        };
        const { syscheck } = parser.parse(renderOssecConf(config)).ossec_config;
        assert.deepEqual(syscheck.directories, { '#text': path, '@check_all': 'yes', '@realtime': 'yes' });
        assert.equal(syscheck.ignore, path);
      }),
    );
  });

  for (const value of ['a & b', '<a', 'a>b', '"', "'", 'a\\b', 'a\nb', '\u0000']) {
    test(`a value that OSSEC would read as another one is a bug of ours: ${JSON.stringify(value)}`, () => {
      assert.throws(() => renderXml('x', element('a', value)), /OSSEC would not read this/);
      assert.throws(() => renderXml('x', element('a', 'b', { c: value })), /OSSEC would not read this/);
    });
  }
});

test('nothing in the configuration can switch off active responses', () => {
  for (const config of [smallest, whole]) {
    const text = renderOssecConf(config).replace(/<rootcheck>.*?<\/rootcheck>/s, '');
    assert.doesNotMatch(text, /<disabled>/);
  }
});
