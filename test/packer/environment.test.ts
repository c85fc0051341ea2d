import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packerEnvironment, sensitiveValues } from '../../src/packer/environment.ts';

const TOOLS = { environment: { PACKER_PLUGIN_PATH: '/plugins', CHECKPOINT_DISABLE: '1' } };

test('Packer gets the environment that it is given, its secrets in base64, and a private place for its files.', () => {
  const environment = packerEnvironment({
    environment: { PATH: '/bin', TMPDIR: '/tmp', PACKER_LOG: '1', GONE: undefined },
    tools: TOOLS,
    privateFolder: '/private',
    secrets: { token: ' a\nb ' },
  });
  assert.deepEqual(environment, {
    PATH: '/bin',
    PACKER_LOG: '1',
    PACKER_PLUGIN_PATH: '/plugins',
    CHECKPOINT_DISABLE: '1',
    TMPDIR: '/private',
    PACKER_CACHE_DIR: '/private',
    PKR_VAR_token: Buffer.from(' a\nb ').toString('base64'),
  });
});

test('Variables of the user’s that would change a bake don’t reach Packer.', () => {
  const names = ['PKR_VAR_source_ami', 'PACKER_CONFIG', 'PACKER_LOG_PATH', 'HCP_CLIENT_ID'];
  const environment = packerEnvironment({
    environment: Object.fromEntries([...names, 'PACKER_PLUGIN_PATH'].map((name) => [name, 'x'])),
    tools: TOOLS,
    privateFolder: '/private',
    secrets: {},
  });
  for (const name of names) assert.equal(environment[name], undefined);
  assert.equal(environment.PACKER_PLUGIN_PATH, '/plugins');
});

test('The credentials are as secret as the secrets, but for what emulators are given.', () => {
  const key = 'k'.repeat(40);
  assert.deepEqual(sensitiveValues({ AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: 'test' }, { a: 's' }), [
    's',
    key,
  ]);
  assert.deepEqual(sensitiveValues({}, {}), []);
});
