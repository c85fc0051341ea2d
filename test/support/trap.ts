/** A server that everything in a hostile environment points to, and that nobody must knock at. */

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Trap extends AsyncDisposable {
  /** Variables that lead calls to AWS elsewhere, or make them in somebody's name, with a HOME that does so too. */
  readonly environment: Readonly<Record<string, string>>;
  /** The first line that each connection brought; forgotten by the call. */
  caught(): string[];
  /** Where a `credential_process` leaves its mark. */
  readonly mark: string;
}

export async function setTrap(): Promise<Trap> {
  const caught: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (data) => {
      caught.push(data.toString('latin1').split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const home = await mkdtemp(join(tmpdir(), 'bake-trap-'));
  const mark = join(home, 'credential-process-ran');
  await writeUserFiles(home, `http://127.0.0.1:${port}`, mark);
  return {
    environment: hostile(home, `127.0.0.1:${port}`),
    caught: () => caught.splice(0),
    mark,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function writeUserFiles(home: string, url: string, mark: string): Promise<void> {
  const settings = `endpoint_url = ${url}
credential_process = /bin/sh -c "touch ${mark}; cat ${home}/credentials.json"
sso_start_url = ${url}
services = everywhere
`;
  await mkdir(join(home, '.aws'));
  await writeFile(
    join(home, '.aws', 'config'),
    `[default]\n${settings}\n[profile production]\n${settings}\n[services everywhere]\nec2 =\n  endpoint_url = ${url}\n`,
  );
  await writeFile(
    join(home, '.aws', 'credentials'),
    '[default]\naws_access_key_id = AKIAREALACCOUNT00002\naws_secret_access_key = a real secret from a file\n',
  );
  await writeFile(
    join(home, 'credentials.json'),
    '{"Version":1,"AccessKeyId":"AKIAREALACCOUNT00003","SecretAccessKey":"a real secret of a process"}',
  );
  await writeFile(join(home, 'token'), 'a web identity');
  await writeFile(join(home, 'ca.pem'), 'no certificate');
}

function hostile(home: string, address: string): Record<string, string> {
  const http = `http://${address}`;
  return {
    HOME: home,
    AWS_ACCESS_KEY_ID: 'AKIAREALACCOUNT00001',
    AWS_SECRET_ACCESS_KEY: 'a real secret from the environment',
    AWS_SESSION_TOKEN: 'a real session',
    AWS_PROFILE: 'production',
    AWS_DEFAULT_PROFILE: 'production',
    AWS_CONFIG_FILE: join(home, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
    AWS_SDK_LOAD_CONFIG: '1',
    AWS_ENDPOINT_URL: http,
    AWS_ENDPOINT_URL_EC2: `https://${address}`,
    AWS_ENDPOINT_URL_S3: http,
    AWS_ENDPOINT_URL_SSM: http,
    AWS_ENDPOINT_URL_STS: http,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_CA_BUNDLE: join(home, 'ca.pem'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/real',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${http}/credentials`,
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: http,
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    HTTP_PROXY: http,
    HTTPS_PROXY: http,
    ALL_PROXY: http,
    http_proxy: http,
    https_proxy: http,
    all_proxy: http,
    NO_PROXY: '',
    no_proxy: '',
    // Makes Node itself obey the proxies.
    NODE_USE_ENV_PROXY: '1',
  };
}
