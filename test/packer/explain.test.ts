import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainFailure } from '../../src/packer/explain.ts';
import { beginBuild } from '../../src/packer/progress.ts';
import { recording, replay } from './recording.ts';

const CASES: Array<[recording: string, problem: RegExp, remedy: RegExp]> = [
  ['ssh-timeout', /^the builder could not be reached by SSH in time$/, /subnet/],
  ['name-taken', /^the name success is already taken by ami-[0-9a-f]+$/, /--force/],
  ['script-fails', /^step 02-secrets ended with exit code 100$/, /log/],
  [
    'unauthorized',
    /^AWS does not allow ec2:RunInstances: You are not authorized[\s\S]* action\.$/,
    /allow it/,
  ],
  ['vpc', /^the region has no default VPC/, /subnet/],
  ['quota', /^a quota of the AWS account is used up \(VcpuLimitExceeded\): You have/, /Service Quotas/],
  ['capacity', /^AWS has no machine free: We currently/, /another zone/],
  ['auth', /^AWS does not accept the credentials \(AuthFailure\)$/, /renew/],
  ['expired', /^the credentials have expired \(RequestExpired\)$/, /renew.*clock/],
  ['ami-timeout', /^the image did not become available in time$/, /bake again/],
  ['validate-no-plugin', /^Packer does not find its amazon plugin$/, /doctor/],
  ['validate-no-plugin-required', /^Packer does not find its amazon plugin$/, /doctor/],
  [
    'validate-bad-hcl',
    /^Error: Argument or block definition required on \/workspace\/image\.pkr\.hcl line \d+, in build/,
    /report it/,
  ],
  [
    'validate-unset-variable',
    /^Error: Unset variable "secret_token" A used variable must be set/,
    /report it/,
  ],
  ['validate-missing-script', /Bad script '\/workspace\/steps\/02-secrets\/run\.sh'/, /report it/],
];

for (const [name, problem, remedy] of CASES) {
  test(`The recorded run ${name} is explained.`, () => {
    const explanation = explainFailure(replay(recording(name)).state, 1);
    assert.match(explanation.problem, problem);
    assert.match(explanation.remedy ?? '', remedy);
  });
}

const STATE = beginBuild('web', '/workspace');

test('An error of AWS that is not known is told with its operation.', () => {
  const summary = [
    'Error: operation error EC2: CreateImage, https response error StatusCode: 400, api error InvalidX: no such thing',
  ];
  assert.deepEqual(explainFailure({ ...STATE, summary }, 1), {
    problem: 'AWS refused ec2:CreateImage: no such thing (InvalidX)',
    remedy: 'the log says more; bake again, which begins this image anew',
  });
});

test('Calls that come too often, or not through, are no quota and no refusal.', () => {
  const error = (text: string) =>
    explainFailure({ ...STATE, summary: [`Error: operation error EC2: RunInstances, ${text}`] }, 1);
  const often = error('https response error StatusCode: 503, api error RequestLimitExceeded: slow down');
  assert.match(`${often.problem} ${often.remedy}`, /limits the rate of calls.*--concurrency 1/);
  const lost = error(
    'https response error StatusCode: 0, RequestID: , request send failed, Post "http://x/": EOF',
  );
  assert.match(`${lost.problem} ${lost.remedy}`, /could not be reached.*network/);
});

test('A wrong clock is no wrong credential.', () => {
  const summary = [
    'Error: validating provider credentials: operation error STS: GetCallerIdentity, https response error StatusCode: 403, api error SignatureDoesNotMatch: Signature expired: 20261124T120000Z is now earlier than 20261124T120500Z',
  ];
  const { problem, remedy } = explainFailure({ ...STATE, summary }, 1);
  assert.equal(problem, "this machine's clock is not AWS's (Signature expired)");
  assert.match(remedy ?? '', /timedatectl/);
});

test('Whatever Packer says, there is a next step.', () => {
  for (const text of [
    '',
    'Error waiting for instance (i-0) to become ready: waiter state transitioned to Failure',
    'Error: x',
  ])
    for (const exitCode of [1, undefined])
      assert.ok(explainFailure({ ...STATE, summary: text === '' ? [] : [text] }, exitCode).remedy, text);
});

test('A disk that is full is told apart from other errors.', () => {
  const { problem } = explainFailure({ ...STATE, summary: ['write /dev/shm/x: no space left on device'] }, 1);
  assert.match(problem, /^a disk is full/);
});

test('A step that fails for a full disk is told so, with the key that makes the volume larger.', () => {
  const summary = ['Script exited with non-zero exit status: 1'];
  for (const why of [
    "dd: error writing '/srv/much': No space left on device",
    "E: You don't have enough free space in /var/cache/apt/archives/.",
  ]) {
    const state = { ...STATE, step: '07-break', summary, tail: ['before', why, 'after'] };
    const { problem, remedy } = explainFailure(state, 1);
    assert.equal(
      problem,
      `the builder's disk is full: step 07-break ended with exit code 1, after ${JSON.stringify(why)}`,
    );
    assert.match(remedy ?? '', /`builder\.volume\.size_gib`/);
  }
});

test('Packer that dies without a word is told with its exit code.', () => {
  assert.equal(explainFailure(STATE, 7).problem, 'Packer ended with exit code 7 and did not say why');
  assert.equal(explainFailure(STATE, undefined).problem, 'Packer was killed and did not say why');
});

test('A long error is cut.', () => {
  const { problem } = explainFailure({ ...STATE, summary: ['x '.repeat(2000)] }, 1);
  assert.ok(problem.length <= 501);
});
