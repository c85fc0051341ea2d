import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Container } from '../support/container.ts';
import { whyNoContainer } from '../support/engine.ts';
import { HOSTILE } from '../support/hostile.ts';
import { runStep, type StepInput } from '../support/step.ts';

function step(script: string, parts: Partial<StepInput> = {}): StepInput {
  return {
    provisioner: 'user-script',
    values: { name: 'my-step' },
    files: { script },
    executable: ['script'],
    ...parts,
  };
}

describe("a user's script", { skip: whyNoContainer('debian-12') }, () => {
  test('finds its environment byte for byte, secrets too, and nothing of how they came', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const values = [...HOSTILE, '', '\n\n', 'ends in newlines\n\n'];
    const names = values.map((_, index) => `VALUE_${index}`);
    const script = `#!/usr/bin/env python3
import base64, os
for name in ${JSON.stringify(names.flatMap((name) => [name, `SECRET_${name}`]))}:
    print(base64.b64encode(os.environb[name.encode()]).decode())
print([name for name in os.environ if name.startswith("BAKE_SECRET_")])
`;
    const outcome = await runStep(
      container,
      step(script, {
        environment: values.map((value, index) => [`VALUE_${index}`, value] as const),
        variables: Object.fromEntries(
          values.map((value, index) => [
            `BAKE_SECRET_SECRET_VALUE_${index}`,
            Buffer.from(value).toString('base64'),
          ]),
        ),
      }),
    );
    assert.equal(outcome.stderr, '');
    const encoded = values.flatMap((value) => Array(2).fill(Buffer.from(value).toString('base64')));
    assert.deepEqual(outcome.stdout.split('\n'), [...encoded, '[]', '']);
    assert.equal(await container.bash('ls /pwned 2>/dev/null | wc -l'), '0\n');
  });

  test('runs as root in its own folder, without input', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(container, step('#!/bin/sh\nid -un; pwd; cat; echo end\n'));
    assert.equal(outcome.stdout, 'root\n/var/tmp/bake/steps/01-user-script\nend\n');
  });

  test('passes its exit code on, with its name', async (t) => {
    await using container = await Container.start({ distribution: 'debian-12' });
    for (const [script, exitCode] of [
      ['#!/bin/sh\necho why >&2; exit 7\n', 7],
      ['#!/bin/sh\nkill -9 $$\n', 137],
      ['#!/bin/bash\nset -e\nfalse\ntrue\n', 1],
    ] as const) {
      await t.test(String(exitCode), async () => {
        const outcome = await runStep(container, step(script));
        assert.equal(outcome.exitCode, exitCode);
        assert.ok(outcome.stderr.endsWith(`step my-step: the script ended with exit code ${exitCode}\n`));
      });
    }
  });

  test('that is not executable, or whose interpreter is missing, is an error that says so', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const plain = await runStep(container, step('#!/bin/sh\n', { executable: [] }));
    assert.equal(plain.exitCode, 1);
    assert.match(plain.stderr, /step my-step: its script did not arrive as an executable file/);
    const missing = await runStep(container, step('#!/usr/bin/no-such\n'));
    assert.equal(missing.exitCode, 127);
    assert.match(
      missing.stderr,
      /required file not found\nstep my-step: the script ended with exit code 127/,
    );
  });

  test('may leave what is called as its own values alone', async () => {
    await using container = await Container.start({ distribution: 'debian-12' });
    const outcome = await runStep(
      container,
      step('#!/bin/sh\necho "$name"; exit 3\n', { environment: [['name', 'mine']] }),
    );
    assert.deepEqual(
      [outcome.stdout, outcome.stderr],
      ['mine\n', 'step my-step: the script ended with exit code 3\n'],
    );
  });
});
