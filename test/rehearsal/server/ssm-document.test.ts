import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../../rehearsal/src/server/aws-error.ts';
import { bind, parseDocument } from '../../../rehearsal/src/server/ssm/document.ts';
import { concurrencyOf, cut, errorsOf } from '../../../rehearsal/src/server/ssm/limits.ts';
import {
  RUN_SHELL_SCRIPT,
  RUN_SHELL_SCRIPT_CONTENT,
} from '../../../rehearsal/src/server/ssm/run-shell-script.ts';
import { addressOf } from '../../../rehearsal/src/server/ssm/steps.ts';

const refused = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'taken';
};

test('a parameter that is a whole text becomes a list, and a part of a text otherwise', () => {
  const document = parseDocument(
    JSON.stringify({
      schemaVersion: '2.2',
      parameters: { all: { type: 'StringList' }, one: { type: 'String', default: 'x' } },
      mainSteps: [
        { action: 'aws:runShellScript', name: 'a', inputs: { runCommand: ['{{ all }}', 'echo {{one}}!'] } },
      ],
    }),
  );
  const [step] = bind(document, { all: ['a', 'b'] });
  assert.deepEqual(step?.inputs, { runCommand: ['a', 'b', 'echo x!'], timeoutSeconds: '3600' });
  assert.equal(
    refused(() => bind(document, {})),
    'InvalidParameters',
  );
  assert.equal(
    refused(() => bind(document, { all: [], two: [] })),
    'InvalidParameters',
  );
  assert.equal(
    refused(() => bind(document, { all: [], one: ['a', 'b'] })),
    'InvalidParameters',
  );
});

test("AWS's own document takes what it takes", () => {
  const document = parseDocument(RUN_SHELL_SCRIPT_CONTENT);
  assert.equal(RUN_SHELL_SCRIPT, 'AWS-RunShellScript');
  assert.equal(
    refused(() => bind(document, { commands: ['true'], executionTimeout: ['172801'] })),
    'InvalidParameters',
  );
  assert.equal(
    refused(() => bind(document, { commands: ['true'], executionTimeout: ['172800'] })),
    'taken',
  );
});

test('documents that are none of a command are refused', () => {
  for (const content of ['', '{}', '{"schemaVersion":"2.2","mainSteps":[]}', '{"schemaVersion":"0.3"}']) {
    assert.equal(
      refused(() => parseDocument(content)),
      'InvalidDocumentContent',
    );
  }
  assert.equal(
    refused(() => parseDocument(' '.repeat(70_000))),
    'MaxDocumentSizeExceeded',
  );
});

test('shares of instances', () => {
  assert.deepEqual([concurrencyOf('10%', 25), concurrencyOf('10%', 5), concurrencyOf('3', 50)], [2, 1, 3]);
  assert.deepEqual([errorsOf('10%', 25), errorsOf('0', 50), errorsOf('100%', 7)], [2, 0, 7]);
  assert.equal(cut('abc', 3), 'abc');
  assert.equal(cut('a'.repeat(30), 25), `aa\n---Output truncated---`.padStart(25, 'a').slice(-25));
});

test('an address of S3', () => {
  const at = { bucket: 'b', key: 'c/d.tar' };
  assert.deepEqual(addressOf({ path: 'https://s3.eu-west-1.amazonaws.com/b/c/d.tar' }), at);
  assert.deepEqual(addressOf('{"path":"https://s3.amazonaws.com/b/c/d.tar"}'), at);
  assert.equal(addressOf('{"path":"https://example.com/b/c"}'), undefined);
  assert.equal(addressOf('no json'), undefined);
});
