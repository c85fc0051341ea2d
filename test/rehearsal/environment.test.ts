import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment } from '../../rehearsal/src/environment.ts';

const REHEARSAL = {
  endpoint: 'http://127.0.0.1:4000',
  accessKeyId: 'AKIAREHEARSAL0000001',
  secretAccessKey: 'a secret of this rehearsal',
};

const FIXED = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:4000',
  AWS_ACCESS_KEY_ID: 'AKIAREHEARSAL0000001',
  AWS_SECRET_ACCESS_KEY: 'a secret of this rehearsal',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  NO_PROXY: '*',
  CHECKPOINT_DISABLE: '1',
};

/** Each alone would send calls elsewhere, or to the rehearsal in somebody's name. */
const HOSTILE: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'AKIAREALACCOUNT00001',
  AWS_SECRET_ACCESS_KEY: 'a real secret',
  AWS_SESSION_TOKEN: 'a real session',
  AWS_SECURITY_TOKEN: 'a real session',
  AWS_PROFILE: 'production',
  AWS_DEFAULT_PROFILE: 'production',
  AWS_CONFIG_FILE: '/home/user/.aws/config',
  AWS_SHARED_CREDENTIALS_FILE: '/home/user/.aws/credentials',
  AWS_ENDPOINT_URL: 'https://ec2.eu-west-1.amazonaws.com',
  AWS_ENDPOINT_URL_EC2: 'https://ec2.eu-west-1.amazonaws.com',
  AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/real',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/token',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials',
  AWS_CA_BUNDLE: '/etc/ssl/proxy.pem',
  AWS_EC2_METADATA_DISABLED: 'false',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://169.254.169.254',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  HTTP_PROXY: 'http://proxy:3128',
  HTTPS_PROXY: 'http://proxy:3128',
  ALL_PROXY: 'socks5://proxy:1080',
  http_proxy: 'http://proxy:3128',
  https_proxy: 'http://proxy:3128',
  NO_PROXY: 'localhost',
  no_proxy: 'localhost',
  SSH_AUTH_SOCK: '/run/user/1000/agent',
  NODE_OPTIONS: '--require /tmp/evil.js',
  NODE_EXTRA_CA_CERTS: '/etc/ssl/proxy.pem',
  LD_PRELOAD: '/tmp/evil.so',
  GODEBUG: 'x509ignoreCN=0',
  PKR_VAR_region: 'us-east-1',
  PACKER_CONFIG: '/home/user/.packerconfig',
};

for (const [name, value] of Object.entries(HOSTILE)) {
  test(`${name} of the user's has no say in a rehearsal`, () => {
    assert.deepEqual(childEnvironment(REHEARSAL, { [name]: value }), FIXED);
  });
}

test('programs find what they need to run at all', () => {
  const needed = { PATH: '/usr/bin', HOME: '/home/user', LANG: 'C.UTF-8', TERM: 'xterm', TMPDIR: '/var/tmp' };
  assert.deepEqual(childEnvironment(REHEARSAL, { ...HOSTILE, ...needed }), { ...FIXED, ...needed });
});

test('a variable that is not set is not passed on as an empty one', () => {
  assert.deepEqual(childEnvironment(REHEARSAL, { PATH: undefined }), FIXED);
});
