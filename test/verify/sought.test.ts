import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { StepValue, UserStep } from '../../src/fleet/model.ts';
import { soughtSecrets } from '../../src/verify/sought.ts';
import { testBase, testFleet, testOssec, testRole } from '../support/fleet.ts';

const PROBE = join(import.meta.dirname, '../../provisioners/verify/probe');

function step(...names: string[]): UserStep {
  const secret = (name: string): StepValue => ({ kind: 'secret', environmentVariable: name });
  const environment = Object.fromEntries(names.map((name, index) => [`V${index}`, secret(name)]));
  return { name: 's', script: Buffer.from(''), scriptPath: 's.sh', environment };
}

test('the secrets of base and role are looked for, and a hook that was to be baked in is not', () => {
  const url = { kind: 'in-image', environmentVariable: 'PAGER' } as const;
  const alert = {
    rule: 550,
    hook: { url, format: 'slack' },
    level: undefined,
    description: undefined,
  } as const;
  const fleet = testFleet({
    base: testBase({ steps: [step('B', 'A')] }),
    ossec: testOssec({ alerts: [alert] }),
  });
  const role = testRole({ steps: [step('A', 'C', 'PAGER')] });
  assert.deepEqual(soughtSecrets(fleet, role), ['A', 'B', 'C']);
});

/** What the program finds below a folder with these files. */
async function found(files: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'bake-sought-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const script = `import sys; sys.path.insert(0, ${JSON.stringify(PROBE)}); import sought
sought._files = (lambda files: lambda _: files(sys.argv[1]))(sought._files)
print("\\n".join(line.replace(sys.argv[1], "") for line in sought.on_disk({})))`;
    const BAKE_VERIFY_SECRETS = Buffer.from(JSON.stringify(secrets)).toString('base64');
    const { stdout } = await promisify(execFile)('python3', ['-IBc', script, folder], {
      env: { PATH: '/usr/bin:/bin', BAKE_VERIFY_SECRETS },
    });
    return stdout.trim().split('\n').sort();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a secret is found as it is, by its longest line, and in base64; a short one is not looked for', async () => {
  const files = {
    plain: 'key=hunter2-hunter2\n',
    encoded: `auth: ${Buffer.from('hunter2-hunter2:x').toString('base64')}`,
    key: 'a line of a key',
    clean: 'nothing, and short',
  };
  const secrets = { TOKEN: 'hunter2-hunter2', KEY: 'x\na line of a key\ny', PIN: 'short' };
  assert.deepEqual(await found(files, secrets), [
    '/encoded holds the secret TOKEN',
    '/key holds the secret KEY',
    '/plain holds the secret TOKEN',
  ]);
});

test('without secrets no file is read', async () => {
  assert.deepEqual(await found({ any: 'hunter2-hunter2' }, {}), ['']);
});
