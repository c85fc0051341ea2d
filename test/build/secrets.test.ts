import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSecrets } from '../../src/build/secrets.ts';
import { Failed } from '../../src/failure.ts';
import { planRole } from '../../src/plan/images.ts';
import { testFleet, testOssec, testRole } from '../support/fleet.ts';

const URL = 'https://hooks.example.com/services/T/B/secret';

/** A role whose step takes TOKEN, and whose alerts go to a hook that is baked in. */
function plan() {
  const url = { kind: 'in-image', environmentVariable: 'PAGER' } as const;
  const alert = {
    rule: 550,
    hook: { url, format: 'slack' },
    level: undefined,
    description: undefined,
  } as const;
  const token = { kind: 'secret', environmentVariable: 'TOKEN' } as const;
  const step = { name: 's', script: Buffer.from(''), scriptPath: 's.sh', environment: { TOKEN: token } };
  const role = testRole({ steps: [step] });
  return planRole(testFleet({ ossec: testOssec({ alerts: [alert] }), roles: [role] }), role, { flat: false });
}

test('secrets are read by name', () => {
  const environment = { TOKEN: 'a long enough token', PAGER: URL, OTHER: 'never read' };
  assert.deepEqual([...readSecrets([plan()], environment)].sort(), [
    ['PAGER', URL],
    ['TOKEN', 'a long enough token'],
  ]);
});

const BAD: ReadonlyArray<{ what: string; environment: Record<string, string>; problems: readonly RegExp[] }> =
  [
    {
      what: 'all that are missing',
      environment: {},
      problems: [/TOKEN is not in the env/, /PAGER is not in the env/],
    },
    { what: 'a short one', environment: { TOKEN: 'short', PAGER: URL }, problems: [/TOKEN is too short/] },
    ...['http://hooks.example.com/x', 'hooks.example.com/services', `${URL}\n`, `${URL} x`].map((PAGER) => ({
      what: `no https URL: ${JSON.stringify(PAGER)}`,
      environment: { TOKEN: 'a long enough token', PAGER },
      problems: [/PAGER is to be a hook's URL, and is no https URL/],
    })),
  ];

for (const { what, environment, problems } of BAD) {
  test(`${what} is refused before anything starts, and no value is shown`, () => {
    const failure = (() => {
      try {
        readSecrets([plan()], environment);
      } catch (error) {
        return error instanceof Failed ? error : assert.fail(String(error));
      }
      return assert.fail('nothing was refused');
    })();
    assert.equal(failure.failures.length, problems.length);
    for (const pattern of problems) assert.match(failure.message, pattern);
    assert.doesNotMatch(failure.message, /hooks\.example/);
  });
}
